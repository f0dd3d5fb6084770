import pytest

from stacks.links import at_quotation


@pytest.mark.parametrize(
    ("url", "quotation", "address"),
    [
        ("https://a.example/b", "", "https://a.example/b"),
        ("https://a.example/b#part", " ", "https://a.example/b#part"),
        ("https://a.example/b", "We use Go.", "https://a.example/b#:~:text=We%20use%20Go."),
        (
            "https://a.example/b?x=1#part",
            "open-source, fast & small: 100% – “so”?",
            (
                "https://a.example/b?x=1#part:~:text=open%2Dsource%2C%20fast%20%26%20small%3A%20100%25%20%E2%80%93%20"
                "%E2%80%9Cso%E2%80%9D%3F"
            ),
        ),
        ("https://a.example/b", "C#/C++\n  and  more", "https://a.example/b#:~:text=C%23%2FC%2B%2B%20and%20more"),
        ("https://a.example/b", "It began … and - so on", "https://a.example/b#:~:text=It%20began,and%20%2D%20so%20on"),
        ("https://a.example/b", "… one [...] two ... three", "https://a.example/b#:~:text=one,three"),
        (
            "https://a.example/b",
            "one two three four five six seven eight nine ten eleven twelve thirteen.",
            "https://a.example/b#:~:text=one%20two%20three%20four,ten%20eleven%20twelve%20thirteen.",
        ),
        ("https://a.example/b#:~:text=old", "new", "https://a.example/b#:~:text=new"),
        ("https://a.example/b#x:~:text=old", "new", "https://a.example/b#x:~:text=new"),
    ],
)
def test_a_link_opens_at_the_quoted_sentence(url, quotation, address):
    assert at_quotation(url, quotation) == address
