"""The door for the web server: `gunicorn wsgi:app`."""

from casework.app import create_app

app = create_app()
