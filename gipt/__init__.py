"""gipt: group interpersonal therapy programmes, from a list of people to the funder's workbook.

`create_app` is the only place where the parts are put together; it reads as a table of contents.
"""

from flask import Flask

from gipt.config import MAX_UPLOAD, Settings, load_settings

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """Assemble the application; raises NotReady when the settings are not fit to start with."""
    from gipt import db, i18n, migrations, web
    from gipt.web.application import Application

    settings = load_settings() if settings is None else settings
    app = Application("gipt", static_folder="web/static", template_folder="web/templates")
    app.config.update(
        SECRET_KEY=settings.keys.session,
        MAX_CONTENT_LENGTH=MAX_UPLOAD,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        TESTING=settings.testing,
    )
    app.extensions["gipt.settings"] = settings
    app.extensions["gipt.keys"] = settings.keys
    db.init_app(app, settings)
    migrations.init_app(app)
    i18n.init_app(app)
    web.init_app(app, settings)
    return app
