"""``make bench``: how fast a results page is on every engine, side by side in one run.

Run as ``python -m tests.bench``. Nothing here is collected by pytest.
"""
