from math import cos, dist, pi, sin


def pack(n):
    """n circles in the unit square, as a list of [x, y, radius]."""
    centres = place(n)
    radii = fit(centres)
    return [[x, y, radius] for (x, y), radius in zip(centres, radii)]


def place(n):
    """One in the middle, eight around it, the rest around these."""
    return [(0.5, 0.5), *ring(8, 0.25), *ring(max(n - 9, 0), 0.45)][:n]


def ring(count, distance):
    angles = [2 * pi * i / count for i in range(count)]
    return [(0.5 + distance * cos(angle), 0.5 + distance * sin(angle)) for angle in angles]


def fit(centres):
    """As far as the walls, and of two that overlap each gives way by the same part."""
    radii = [min(x, 1 - x, y, 1 - y) for x, y in centres]
    for i in range(len(centres)):
        for j in range(i):
            between = dist(centres[i], centres[j])
            if radii[i] + radii[j] > between:
                part = between / (radii[i] + radii[j])
                radii[i] *= part
                radii[j] *= part
    # What rounding may have added is no overlap that is allowed.
    return [radius * (1 - 1e-12) for radius in radii]
