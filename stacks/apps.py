from django.apps import AppConfig


class StacksConfig(AppConfig):
    name = "stacks"
    verbose_name = "Stacks"

    def ready(self):
        from stacks import changes, checks, signals  # what reads models can be imported once all of them are loaded

        changes.register()
        checks.register_all()
        signals.connect(self)
