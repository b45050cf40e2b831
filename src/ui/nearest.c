/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/nearest.h"

#include <string.h>

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The restricted Damerau-Levenshtein distance; both are at most NEAREST_MAX long. */
static size_t
distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
	size_t rows[3][NEAREST_MAX + 1];
	size_t *before = rows[0];
	size_t *last = rows[1];
	size_t *now = rows[2];
	size_t *spare;

	for (size_t j = 0; j <= b_size; j++)
		last[j] = before[j] = j;
	for (size_t i = 1; i <= a_size; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b_size; j++) {
			now[j] = least(last[j], now[j - 1]) + 1;
			now[j] = least(now[j], last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
		spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[b_size];
}

void
nearest_try(struct nearest *n, const char *candidate)
{
	size_t size = strlen(n->word);
	size_t other = strlen(candidate);
	size_t far;

	if (!size || size > NEAREST_MAX || other > NEAREST_MAX)
		return;
	far = distance(n->word, size, candidate, other);
	if (far > (size < other ? other : size) / 3 && strncmp(n->word, candidate, size) != 0)
		return;
	if (!n->best || far < n->distance) {
		n->best = candidate;
		n->distance = far;
	}
}
