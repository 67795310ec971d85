"""What gunicorn serves in browser tests: the application with the gallery of components."""

import gallery

from casework.app import create_app

app = gallery.add_gallery(create_app())
