"""HTTP and HTML: one module per noun, each with its `blueprint`; found by name, so that none is forgotten."""

import pkgutil
from importlib import import_module
from types import ModuleType

from flask import Blueprint, Flask

from gipt.config import Settings


def page_modules() -> list[ModuleType]:
    """Give every module of this package that declares a blueprint, by name."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.ispkg)
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return [module for module in modules if isinstance(getattr(module, "blueprint", None), Blueprint)]


def init_app(app: Flask, settings: Settings) -> None:
    """Attach pages, guard, headers, errors and frame."""
    from gipt.web import errors, frame, guard, headers

    headers.init_app(app, settings)
    guard.init_app(app)
    app.before_request(frame.choose_language)
    modules = page_modules()
    for module in modules:
        app.register_blueprint(module.blueprint)
    frame.init_app(app, modules)
    errors.init_app(app)
    app.config["SESSION_COOKIE_SECURE"] = settings.secure_cookies
    guard.check_views(app)
