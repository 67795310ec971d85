"""The door for the web server: `gunicorn wsgi:app`."""

from casework.loading import uncollected

with uncollected():
    from casework import config
    from casework.app import create_app
    from casework.ground import bell_of, database_for

    _settings = config.load()
    app = create_app(
        database=database_for(_settings, ring=bell_of(_settings)), proxies=_settings.proxies
    )
