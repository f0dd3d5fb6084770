"""How gunicorn serves Stacks: `gunicorn --config config/gunicorn.py config.wsgi`."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
worker_class = "gthread"
threads = 4
loglevel = "warning"
control_socket_disable = True  # it would be opened in the home folder


def when_ready(server):
    print(f"Ready: http://{bind}  (Ctrl-C ends it)", flush=True)
