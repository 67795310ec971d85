"""The settings: one frozen object, read from the environment once, refused when half-set.

It reads nothing but the environment and makes nothing but folders and, in development, keys.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from casework.errors import NotReady

KEY_NAMES = ("session", "totp", "audit", "anchor", "documents")
MIN_KEY_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that can be configured. Keys map a name of KEY_NAMES to at least 32 bytes.

    `proxies`: how many reverse proxies of ours stand before the web process. `mail_log`: the log of
    the mail server, which is asked about messages in doubt.
    """

    env: str
    database_url: str
    database_owner_url: str
    redis_url: str
    data_dir: Path
    smtp_url: str
    mail_from: str
    trusted_hosts: tuple[str, ...]
    log_level: str
    public_url: str
    old_session_keys: tuple[str, ...] = ()
    demo: bool = False
    mail_log: str = ""
    proxies: int = 0
    keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def production(self) -> bool:
        """True where time travel, plain cookies, generated keys and the demo are refused."""
        return self.env == "production"

    @property
    def broker_dir(self) -> Path:
        """Folder of the embedded broker, used when REDIS_URL is unset."""
        return self.data_dir / "broker"

    @property
    def documents_dir(self) -> Path:
        """Folder of the documents and letters, each stored under its hash."""
        return self.data_dir / "documents"

    @property
    def print_dir(self) -> Path:
        """Folder that the print vendor collects from, and answers in (`acks`)."""
        return self.data_dir / "print"

    @property
    def fax_dir(self) -> Path:
        """Folder that the fax server collects from, and answers in (`answers`)."""
        return self.data_dir / "fax"

    @property
    def bodies_dir(self) -> Path:
        """Folder in which bodies outside collect their packets, and answer (`answers`)."""
        return self.data_dir / "bodies"

    @property
    def texts_dir(self) -> Path:
        """Folder that the gateway of text messages collects from; `in` holds what came back."""
        return self.data_dir / "texts"

    @property
    def mail_dir(self) -> Path:
        """Folder for e-mail when SMTP_URL is unset."""
        return self.data_dir / "mail"


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Read and check the settings. Raises NotReady naming each variable missing or wrong."""
    env = environ.get("CASEWORK_ENV", "development")
    if env not in {"development", "production"}:
        raise NotReady(f"CASEWORK_ENV is {env!r}: set it to development or production.")
    data_dir = Path(environ.get("CASEWORK_DATA_DIR") or "var").resolve()
    hosts = tuple(h.strip() for h in environ.get("TRUSTED_HOSTS", "").split(",") if h.strip())
    settings = Settings(
        env=env,
        database_url=_driver(environ.get("DATABASE_URL", "")),
        database_owner_url=_driver(environ.get("DATABASE_OWNER_URL", "")),
        redis_url=environ.get("REDIS_URL", ""),
        data_dir=data_dir,
        smtp_url=environ.get("SMTP_URL", ""),
        mail_from=environ.get("MAIL_FROM", "casework@localhost"),
        mail_log=environ.get("MAIL_LOG", ""),
        trusted_hosts=hosts,
        log_level=environ.get("LOG_LEVEL", "INFO").upper(),
        public_url=environ.get("PUBLIC_URL", "").rstrip("/"),
        old_session_keys=tuple(k for k in environ.get("SECRET_KEY_FALLBACKS", "").split(",") if k),
        demo=environ.get("CASEWORK_DEMO") == "1",
        proxies=_count(environ, "CASEWORK_PROXIES"),
        keys=_keys(environ, data_dir / "keys", generate=env == "development"),
    )
    _refuse_half_set(settings, environ)
    return settings


def load() -> Settings:
    """The settings of this process."""
    return settings_from(os.environ)


def _driver(url: str) -> str:
    """The same address for SQLAlchemy with the psycopg driver."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _count(environ: Mapping[str, str], name: str) -> int:
    value = environ.get(name) or "0"
    if not value.isdecimal():
        raise NotReady(f"{name} is {value!r}: give a whole number, 0 without a reverse proxy.")
    return int(value)


def _keys(environ: Mapping[str, str], folder: Path, *, generate: bool) -> dict[str, bytes]:
    """Each key from its variable; in development from a file made on first use."""
    variables = {
        "session": "SECRET_KEY",
        "totp": "CASEWORK_TOTP_KEY",
        "audit": "CASEWORK_AUDIT_KEY",
        "anchor": "CASEWORK_ANCHOR_KEY",
        "documents": "CASEWORK_DOCUMENT_KEY",
    }
    keys = {}
    for name, variable in variables.items():
        value = environ.get(variable, "")
        if value:
            keys[name] = value.encode()
        elif generate:
            keys[name] = _generated(folder / name)
    return keys


def _generated(path: Path) -> bytes:
    """The key in this file, made now if it is not there (two processes at once agree on one)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        fresh.write_text(secrets.token_hex(32))
        fresh.chmod(0o600)
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip().encode()


def _refuse_half_set(settings: Settings, environ: Mapping[str, str]) -> None:
    """Half a configuration is worse than none: say everything that is wrong at once."""
    wrong = [
        f"the {name} key has fewer than {MIN_KEY_BYTES} bytes"
        for name, key in settings.keys.items()
        if len(key) < MIN_KEY_BYTES
    ]
    if bool(settings.database_url) != bool(settings.database_owner_url):
        wrong.append("DATABASE_URL and DATABASE_OWNER_URL go together: set both or neither")
    if settings.production:
        required = ("DATABASE_URL", "REDIS_URL", "TRUSTED_HOSTS", "PUBLIC_URL")
        wrong += [f"{name} is not set" for name in required if not environ.get(name)]
        wrong += [f"the {name} key is not set" for name in KEY_NAMES if name not in settings.keys]
        if settings.demo:
            wrong.append("CASEWORK_DEMO is set, and a demo is no production")
    if wrong:
        raise NotReady("Casework cannot start: " + "; ".join(wrong) + ".")
