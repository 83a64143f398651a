"""For `flask run` and gunicorn; nothing else."""

from tracker.factory import create_app

app = create_app()
