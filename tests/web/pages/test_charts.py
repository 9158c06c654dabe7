"""Charts: one bar a value, the highest as high as the chart, nothing drawn as nothing."""

from web.pages.charts import HEIGHT, WIDTH, bars


def test_bars_stand_beside_each_other_as_high_as_their_values():
    drawn = bars([0, 5, 10])

    assert [bar.height for bar in drawn] == [0.0, HEIGHT / 2, HEIGHT]
    assert [bar.x for bar in drawn] == [0.0, WIDTH / 3, round(WIDTH * 2 / 3, 1)]
    assert all(bar.y + bar.height == HEIGHT for bar in drawn)


def test_one_of_many_is_still_seen():
    assert bars([1, 100_000])[0].height == 1.0


def test_charts_that_are_compared_share_a_measure():
    assert bars([5], highest=10)[0].height == HEIGHT / 2


def test_nothing_is_drawn_as_nothing():
    assert [bar.height for bar in bars([0, 0])] == [0.0, 0.0]
