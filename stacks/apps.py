from django.apps import AppConfig


class StacksConfig(AppConfig):
    name = "stacks"
    verbose_name = "Stacks"

    def ready(self):
        from stacks import checks, signals  # both need the loaded models

        checks.register_all()
        signals.connect(self)
