"""What an answer must not pay for beside the page itself: Streamlit's own housekeeping around each run."""

import streamlit as st
from streamlit.watcher.path_watcher import NoOpPathWatcher, get_default_path_watcher_class


def test_runs_of_a_page_do_not_each_collect_all_garbage() -> None:
    # Only a real server's runs do: its option is read, which raises when Streamlit has none of that name any more.
    assert st.get_option("runner.postScriptGC") is False


def test_no_source_file_is_watched_for_changes() -> None:
    # Each session, and each import that comes late, would look up the path of every module there is.
    assert get_default_path_watcher_class() is NoOpPathWatcher
