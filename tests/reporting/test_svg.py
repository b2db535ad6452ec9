"""A drawing as SVG for a page: classes in place of colours, text as text."""

from xml.etree import ElementTree

from analysis.reporting.svg import Drawing, inline_svg, label

IDS = ("one-t", "one-d")


def draw():
    axes = Drawing(320, 200, left=20, right=20, top=20, bottom=20)
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 10)
    return axes


def as_tree(axes):
    html = inline_svg(axes, classes="w", label_ids=IDS, title="A <b>", desc="B & C.")
    return html, ElementTree.fromstring(html)


def test_one_unit_of_the_drawing_is_one_pixel_and_nothing_is_coloured():
    axes = draw()
    axes.line([0, 10], [0, 10], "obs")
    html, root = as_tree(axes)
    assert root.get("viewBox") == "0 0 320 200"
    assert [(path.get("class"), path.get("d")) for path in root.iter("path")] == [
        ("obs", "M20 180L300 20")
    ]
    for word in ("style", "clip", "defs", "metadata", "DOCTYPE", "pt", "#"):
        assert word not in html.replace('class="w"', "")


def test_markers_become_circles_and_outlines_at_their_place():
    axes = draw()
    for shape in "oD":
        axes.points([5, 10], [5, 10], "m-com", shape=shape, size=6)
    _, root = as_tree(axes)
    circles = [(dot.get("cx"), dot.get("cy"), dot.get("r")) for dot in root.iter("circle")]
    assert circles == [("160", "100", "3"), ("300", "20", "3")]
    assert [path.get("d").count("L") for path in root.iter("path")] == [3, 3]


def test_a_marker_used_twice_is_found_both_times():
    axes = draw()
    axes.points([5], [5], "m-dot", shape="o", size=6)
    axes.points([6], [6], "m-dot", shape="o", size=6)
    assert len(list(as_tree(axes)[1].iter("circle"))) == 2


def test_many_common_points_are_one_path_of_dots():
    axes = draw()
    axes.points([0, 5, 5, 10], [0, 5, 10, 10], "m-com", shape="o", size=6.2)
    _, root = as_tree(axes)
    assert [(path.get("class"), path.get("d")) for path in root.iter("path")] == [
        ("dots", "M20 180h0M160 100h0M160 20h0M300 20h0")
    ]


def test_a_text_carries_its_facts_whole_or_within_a_sentence():
    axes = draw()
    one = {"id": 'a"b', "shown": "41.3%"}
    label(axes, "41.3%", 5, 5, "b", facts=[one])
    label(axes, "Aug 41.3% of 7", 5, 5, "b", facts=[one, {"id": "n", "shown": "7"}])
    _, root = as_tree(axes)
    whole, parts = list(root.iter("text"))
    assert (whole.get("data-fact"), whole.text) == ('a"b', "41.3%")
    assert [(part.get("data-fact"), part.text) for part in parts] == [('a"b', "41.3%"), ("n", "7")]
    assert "".join(parts.itertext()) == "Aug 41.3% of 7"


def test_hostile_text_is_neither_markup_nor_mathematics_nor_broken_xml():
    axes = draw()
    words = "<script>alert(1)</script> $x^2$ & \"'\x07\x00 line\nbreak"
    label(axes, words, 5, 5, "lab")
    html, root = as_tree(axes)
    assert "<script" not in html
    assert next(root.iter("text")).text == "<script>alert(1)</script> $x^2$ & \"' line break"


def test_the_narrow_drawing_has_no_title_and_points_at_the_wide_ones():
    axes = draw()
    label(axes, "a", 5, 5, "b")
    html = inline_svg(axes, classes="n", label_ids=IDS)
    assert "<title" not in html
    assert 'aria-labelledby="one-t one-d"' in html


def test_a_share_of_the_plot_does_not_move_with_the_scale():
    axes = draw()
    axes.line([0, 1], [5, 5], "gr", coords=("axes", "data"))
    axes.line([5, 5], [0, 1], "brk", coords=("data", "axes"))
    _, root = as_tree(axes)
    assert [path.get("d") for path in root.iter("path")] == ["M20 100L300 100", "M160 180L160 20"]


def test_an_area_is_closed_and_one_that_ends_where_it_began_has_no_point_twice():
    axes = draw()
    axes.area([0, 10, 10, 0], [0, 0, 5, 5], "band", order=0)
    axes.area([0, 10, 0], [0, 0, 0], "band", order=0)
    _, root = as_tree(axes)
    found = [path.get("d") for path in root.iter("path")]
    assert found == ["M20 180L300 180L300 100L20 100Z", "M20 180L300 180Z"]


def test_what_stands_on_top_is_painted_last():
    axes = draw()
    axes.points([5], [5], "m-dot", shape="o", size=6)
    axes.line([0, 10], [5, 5], "obs")
    axes.bar((0, 5), (0, 5), "f-blue")
    axes.area([0, 10, 10], [0, 0, 10], "band", order=0)
    _, root = as_tree(axes)
    drawn = [child.get("class") for child in root if child.tag in ("path", "circle")]
    assert drawn == ["band", "f-blue", "obs", "m-dot"]


def test_a_line_of_many_corners_is_written_by_what_changes():
    axes = draw()
    axes.line(range(11), [0, 0, 5, 5, 5, 5, 5, 5, 5, 5, 10], "obs")
    _, root = as_tree(axes)
    assert [path.get("d") for path in root.iter("path")] == [
        "M20 180H48L76 100H104H132H160H188H216H244H272L300 20"
    ]
