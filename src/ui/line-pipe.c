/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/line-parts.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* A longest line with its line end fits, or else it is too long. */
enum { PIPE_ROOM = ANSWER_MAX + 2 };

enum rc
line_pipe_start(struct line_pipe *pipe, int fd)
{
	*pipe = (struct line_pipe){ .fd = fd };
	return secret_new(&pipe->bytes, PIPE_ROOM);
}

void
line_pipe_release(struct line_pipe *pipe)
{
	secret_free(&pipe->bytes);
	pipe->begin = 0;
	pipe->end = 0;
}

/* Moves what is not taken to the front and wipes the rest. */
static void
make_room(struct line_pipe *pipe)
{
	unsigned char *data = secret_data(pipe->bytes);
	size_t size = pipe->end - pipe->begin;

	memmove(data, data + pipe->begin, size);
	explicit_bzero(data + size, pipe->end - size);
	pipe->begin = 0;
	pipe->end = size;
}

/* Reads what there is room for, once. An error is the end: there is nothing else to read. */
static void
fill(struct line_pipe *pipe)
{
	struct pollfd input = { .fd = pipe->fd, .events = POLLIN };
	ssize_t got;

	for (;;) {
		got = read(pipe->fd, secret_data(pipe->bytes) + pipe->end, PIPE_ROOM - pipe->end);
		if (got >= 0 || (errno != EINTR && errno != EAGAIN))
			break;
		if (errno == EAGAIN)
			(void)poll(&input, 1, -1);
	}
	if (got > 0)
		pipe->end += (size_t)got;
	else
		pipe->ended = true;
}

/* True when a line's end is there; *size is what stands before it. */
static bool
find_end(const struct line_pipe *pipe, size_t *size)
{
	struct span rest =
	    span_part(secret_span(pipe->bytes), pipe->begin, pipe->end - pipe->begin);
	const unsigned char *feed = rest.size ? memchr(rest.data, '\n', rest.size) : NULL;

	*size = feed ? (size_t)(feed - rest.data) : rest.size;
	return feed != NULL;
}

/* Skips the rest of a line that does not fit. */
static void
skip_line(struct line_pipe *pipe)
{
	size_t size = 0;

	while (!find_end(pipe, &size) && !pipe->ended) {
		pipe->begin = pipe->end;
		make_room(pipe);
		fill(pipe);
	}
	pipe->begin += size < pipe->end - pipe->begin ? size + 1 : size;
	make_room(pipe);
}

enum rc
line_pipe_next(struct line_pipe *pipe, size_t max, struct span *line)
{
	bool whole;
	size_t size = 0;

	*line = SPAN_NONE;
	make_room(pipe);
	for (;;) {
		whole = find_end(pipe, &size);
		if (whole || pipe->ended || pipe->end == PIPE_ROOM)
			break;
		fill(pipe);
	}
	if (!whole && !pipe->ended) {
		skip_line(pipe);
		return RC_LIMIT;
	}
	if (!whole && !size)
		return RC_CANCELLED;
	*line = span_part(secret_span(pipe->bytes), 0, size);
	pipe->begin = whole ? size + 1 : size;
	if (whole && size && line->data[size - 1] == '\r')
		line->size--;
	if (line->size <= max)
		return RC_OK;
	*line = SPAN_NONE;
	make_room(pipe);
	return RC_LIMIT;
}

void
line_pipe_wipe(struct line_pipe *pipe)
{
	make_room(pipe);
}
