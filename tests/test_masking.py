"""People in free text: what is hidden, what is left alone, and that no text makes it slow."""

import time

import pytest

from reliability.masking import mask


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write to anna.mueller+x@mail.example.co.uk now", "write to [e-mail] now"),
        ("call +49 170 1234567 or 555-123-4567", "call [phone] or [phone]"),
        ("(030) 123 45 67, tel 030/123456-78", "[phone], tel [phone]"),
        ("@jdoe and @j.doe told us.", "[handle] and [handle] told us."),
        ("Dear Anna, it broke", "Dear [name], it broke"),
        ("It broke. Hello Anna Maria! Again.", "It broke. Hello [name]! Again."),
        ("Sehr geehrte Frau Dr. Schulz, es geht nicht", "Sehr geehrte Frau Dr. [name], es geht nicht"),
        ("It broke. Regards, Anna Müller", "It broke. Regards, [name]"),
        ("Broken.\nKind regards\nJ. R. Tolkien", "Broken.\nKind regards\n[name]"),
        ("signed, Anna", "signed, [name]"),
        ("Signed by Anna Müller", "Signed by [name]"),
        ("Schon wieder! Viele Grüße, Jürgen O'Brien-Smith", "Schon wieder! Viele Grüße, [name]"),
        ("Merci, Amélie", "Merci, [name]"),
        ("I spoke to Mr. Smith and Frau Müller", "I spoke to Mr. [name] and Frau [name]"),
        ("All fine.\n- Tom", "All fine.\n- [name]"),
    ],
)
def test_people_are_hidden(text, shown):
    assert mask(text).text == shown
    assert mask(text).hidden == shown.count("[")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "great product, 10/10",
        "Best part of our stack, honestly.",
        "Hi team, dear support, hello all: thanks for the help!",
        "On 2025-11-16 at 10:30 we lost 1 000 000 orders, INC0041003 again, 0.9999999 of them",
        "Fixed on Monday, broken on Thursday.",
        "version 1.2.3.4567890",
        "Thanks! You rock",
        "Your team stayed on the line with us until it was solved.",
    ],
)
def test_everyday_words_dates_and_numbers_stay(text):
    assert mask(text) == (text, 0)


def test_nothing_is_nothing():
    assert mask(None) == ("", 0)


def test_masking_twice_changes_nothing_more():
    text = "Dear Anna, write to a@b.example or +49 170 1234567. Regards, Tom"
    once = mask(text)
    assert once.hidden == 4
    assert mask(once.text) == (once.text, 0)


@pytest.mark.parametrize(
    "piece", ["a", "a@", "+1 ", "Dear ", "0-", "regards, ", "Aa'", "- ", "\n -", " ", ".\n", "Dr. ", "@a"]
)
def test_no_text_makes_it_slow(piece):
    began = time.process_time()
    mask.__wrapped__(piece * (100_000 // len(piece)))
    assert time.process_time() - began < 3
