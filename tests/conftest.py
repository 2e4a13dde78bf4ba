"""Settings that hold for all tests."""

from hypothesis import settings

# How fast a machine is must not decide a test: speed is measured in benchmarks/.
settings.register_profile("kgbuild", deadline=None)
settings.load_profile("kgbuild")
