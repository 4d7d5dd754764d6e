import numpy as np

from components.labels import Box, Line, place_labels


def curve(name, last, end=48.0):
    time = np.linspace(0, end, 200)
    return Line(name, time, 1 - (1 - last) * time / end)


def overlaps(a, b):
    return a.left < b.right and b.left < a.right and a.bottom < b.top and b.bottom < a.top


def test_names_stand_inside_clear_of_curves_and_of_each_other():
    lines = [curve("Inotuzumab", 0.4), curve("Standard of care", 0.1)]
    boxes = place_labels(lines, 48, 1, 600, 300)
    assert not overlaps(*boxes)
    for box in boxes:
        assert 0 <= box.left < box.right <= 48
        assert 0 <= box.bottom < box.top <= 1
        for line in lines:
            heights = line.at(np.linspace(box.left, box.right, 50))
            assert not ((heights > box.bottom) & (heights < box.top)).any()


def test_a_name_is_nearer_to_its_own_curve():
    upper, lower = place_labels([curve("New", 0.6), curve("Old", 0.2)], 48, 1, 600, 300)
    assert upper.middle[1] > lower.middle[1]


def test_what_is_occupied_stays_free():
    [alone] = place_labels([curve("New", 0.5)], 48, 1, 600, 300)
    [moved] = place_labels([curve("New", 0.5)], 48, 1, 600, 300, occupied=[alone])
    assert not overlaps(alone, moved)


def test_curves_that_lie_on_each_other_still_get_names():
    boxes = place_labels([curve("New", 0.5), curve("Old", 0.5), curve("Other", 0.5)], 48, 1, 600, 300)
    assert len(boxes) == 3
    assert all(isinstance(box, Box) for box in boxes)
