import pytest

from stacks.quotes import plain, stands_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>We <b>use</b> Kafka</p>", "We use Kafka"),
        ("a<script>never</script>b<STYLE>x</style >c", "a b c"),
        ("a <script>b</script><script>c", "a c"),
        ("a <style>b <script>c</script> d", "a b d"),
        ("[our broker](https://a.example/ 'x') and ![a picture](b.png)", "our broker and a picture"),
        ("it&rsquo;s “fine” – *really*", 'it\'s "fine" - really'),
    ],
)
def test_the_words_of_a_text_and_nothing_of_its_markup(text, words):
    assert plain(text) == words


def test_a_quote_that_leaves_words_out_stands_in_its_parts_in_their_order():
    page = plain("We moved to Kafka. Later more came.")

    assert stands_in("We moved … more came", page)
    assert not stands_in("more came … We moved", page)


@pytest.mark.parametrize(
    "part", ["<script", "<style>", "[", "![", "[](", "[a](b ", "<a ", "&", "*", "<script></style>"]
)
def test_a_page_that_is_made_to_be_slow_is_read_to_its_end(part):
    plain(part * (1_000_000 // len(part)))
