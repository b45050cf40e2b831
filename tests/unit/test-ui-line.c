/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers from a pipe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/line.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PASSPHRASE_MAX = 4096 }; /* SECRET_LINE_MAX, whose header does not go with sys/wait.h */

/* Standard input is a pipe with given bytes, and what is printed is caught. */
struct world {
	int stdin_before;
	char *text;
	size_t size;
	struct out out;
	struct lines *lines;
	struct err err;
};

static void
read_from(struct world *world, int fd)
{
	*world = (struct world){ .stdin_before = dup(STDIN_FILENO) };
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	(void)close(fd);
	out_start(&world->out, open_memstream(&world->text, &world->size));
	assert_non_null(world->out.file);
	assert_int_equal(lines_new(&world->lines, &world->out, &world->err), RC_OK);
	assert_false(lines_is_terminal(world->lines));
	assert_int_equal(lines_columns(world->lines), 80);
}

static void
feed(struct world *world, struct span bytes)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], bytes.data, bytes.size), bytes.size);
	(void)close(fds[1]);
	read_from(world, fds[0]);
}

static void
leave(struct world *world)
{
	lines_free(&world->lines);
	assert_null(world->lines);
	lines_free(&world->lines);
	(void)fclose(world->out.file);
	free(world->text);
	assert_int_equal(dup2(world->stdin_before, STDIN_FILENO), STDIN_FILENO);
	(void)close(world->stdin_before);
}

static const char *
printed(struct world *world)
{
	out_flush(&world->out);
	(void)fflush(world->out.file);
	return world->text;
}

static const struct line_ask plain = { .prompt = "Enter:", .kind = LINE_OPTION };

static void
expect_line(struct world *world, const struct line_ask *ask, struct span want)
{
	struct buf answer = BUF_INIT;

	assert_int_equal(lines_read(world->lines, ask, &answer, &world->err), RC_OK);
	assert_int_equal(answer.size, want.size);
	if (want.size)
		assert_memory_equal(answer.data, want.data, want.size);
	assert_false(lines_ended(world->lines));
	buf_release(&answer);
}

static void
expect_end(struct world *world)
{
	struct buf answer = BUF_INIT;
	struct secret *secret = NULL;

	assert_int_equal(lines_read(world->lines, &plain, &answer, &world->err), RC_CANCELLED);
	assert_true(lines_ended(world->lines));
	assert_int_equal(answer.size, 0);
	assert_true(world->err.message[0]);
	assert_int_equal(lines_secret(world->lines, "Secret:", &secret, &world->err), RC_CANCELLED);
	assert_null(secret);
	buf_release(&answer);
}

#define BYTES(text)                                             \
	{                                                       \
		(const unsigned char *)(text), sizeof(text) - 1 \
	}

static const struct {
	const char *why;
	struct span input;
	struct span lines[4];
	size_t count;
	const char *echo; /* of all answers, with the prompts between */
} table[] = {
	{ "nothing at all", { NULL, 0 }, { { NULL, 0 } }, 0, "Enter:\n" },
	{ "each line, without its end",
	  BYTES("a b\n\nc\n"),
	  { BYTES("a b"), BYTES(""), BYTES("c") },
	  3,
	  "Enter:\na b\nEnter:\n\nEnter:\nc\nEnter:\n" },
	{ "carriage returns before line feeds are no part, others are",
	  BYTES("a\r\n\r\nb\rc\n\r\r\n"),
	  { BYTES("a"), BYTES(""), BYTES("b\rc"), BYTES("\r") },
	  4,
	  "Enter:\na\nEnter:\n\nEnter:\nb\\x0dc\nEnter:\n\\x0d\nEnter:\n" },
	{ "the last line need not end",
	  BYTES("a\nb"),
	  { BYTES("a"), BYTES("b") },
	  2,
	  "Enter:\na\nEnter:\nb\nEnter:\n" },
	{ "a NUL is the caller's to refuse, and what is echoed is escaped",
	  BYTES("a\0b\n\033[2J\n"),
	  { BYTES("a\0b"), BYTES("\033[2J") },
	  2,
	  "Enter:\na\\x00b\nEnter:\n\\x1b[2J\nEnter:\n" },
	{ "a question mark is an answer where there is no help",
	  BYTES("?\n"),
	  { BYTES("?") },
	  1,
	  "Enter:\n?\nEnter:\n" },
};

static void
test_lines(void **state)
{
	struct world world;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		feed(&world, table[i].input);
		for (size_t j = 0; j < table[i].count; j++)
			expect_line(&world, &plain, table[i].lines[j]);
		expect_end(&world);
		if (strcmp(printed(&world), table[i].echo) != 0)
			fail_msg("%s: %s", table[i].why, printed(&world));
		leave(&world);
	}
}

static void
test_help(void **state)
{
	const struct line_ask ask = { .prompt = "Days:", .help = "1 to 9999.\nAs in 365." };
	struct world world;

	(void)state;
	feed(&world, SPAN_OF("?\n?\n??\n", 7));
	expect_line(&world, &ask, SPAN_OF("??", 2));
	assert_string_equal(printed(&world), "Days:\n?\n1 to 9999.\nAs in 365.\n"
					     "Days:\n?\n1 to 9999.\nAs in 365.\nDays:\n??\n");
	leave(&world);
}

/* Lines around the limit, each followed by another, which must not suffer. */
static void
test_long_lines(void **state)
{
	static const struct {
		size_t size;
		const char *end;
		bool fits;
	} sizes[] = {
		{ ANSWER_MAX, "\n", true },      { ANSWER_MAX, "\r\n", true },
		{ ANSWER_MAX + 1, "\n", false }, { ANSWER_MAX + 1, "\r\n", false },
		{ ANSWER_MAX + 2, "\n", false }, { ANSWER_MAX + 2, "\r\n", false },
		{ ANSWER_MAX + 3, "\n", false }, { 5 * ANSWER_MAX, "\n", false },
	};
	struct world world;
	struct buf input;
	struct buf answer = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		input = (struct buf)BUF_INIT;
		memset(buf_extend(&input, sizes[i].size), 'x', sizes[i].size);
		buf_put_text(&input, sizes[i].end);
		buf_put_text(&input, "next\n");
		feed(&world, buf_span(&input));
		if (sizes[i].fits) {
			expect_line(&world, &plain, span_part(buf_span(&input), 0, sizes[i].size));
		} else {
			assert_int_equal(lines_read(world.lines, &plain, &answer, &world.err),
					 RC_LIMIT);
			assert_int_equal(answer.size, 0);
			assert_string_equal(world.err.message, "a line has at most 4096 bytes");
			assert_false(lines_ended(world.lines));
		}
		expect_line(&world, &plain, SPAN_OF("next", 4));
		expect_end(&world);
		leave(&world);
		buf_release(&input);
	}
	buf_release(&answer);
}

/* A line that is too long, and then nothing. */
static void
test_long_last(void **state)
{
	struct world world;
	struct buf input = BUF_INIT;
	struct buf answer = BUF_INIT;

	(void)state;
	memset(buf_extend(&input, 3 * ANSWER_MAX), 'x', 3 * ANSWER_MAX);
	feed(&world, buf_span(&input));
	assert_int_equal(lines_read(world.lines, &plain, &answer, &world.err), RC_LIMIT);
	expect_end(&world);
	leave(&world);
	buf_release(&input);
}

static void
test_secrets(void **state)
{
	struct world world;
	struct secret *secret = NULL;
	struct buf input = BUF_INIT;

	(void)state;
	buf_put(&input, SPAN_OF("s3cr\0et\r\n\nx\n", 12));
	memset(buf_extend(&input, PASSPHRASE_MAX + 1), 'x', PASSPHRASE_MAX + 1);
	buf_put_text(&input, "\nlast");
	feed(&world, buf_span(&input));
	assert_int_equal(lines_secret(world.lines, "Password:", &secret, &world.err), RC_OK);
	assert_true(span_equal(secret_span(secret), SPAN_OF("s3cr\0et", 7)));
	secret_free(&secret);
	assert_int_equal(lines_secret(world.lines, "Password:", &secret, &world.err), RC_OK);
	assert_non_null(secret);
	assert_int_equal(secret_size(secret), 0);
	secret_free(&secret);
	expect_line(&world, &plain, SPAN_OF("x", 1));
	assert_int_equal(lines_secret(world.lines, "Password:", &secret, &world.err), RC_USAGE);
	assert_null(secret);
	assert_string_equal(world.err.message, "a passphrase has at most 4096 bytes");
	assert_int_equal(lines_secret(world.lines, "Password:", &secret, &world.err), RC_OK);
	assert_true(span_equal(secret_span(secret), SPAN_OF("last", 4)));
	secret_free(&secret);
	assert_string_equal(printed(&world),
			    "Password:\n\nPassword:\n\nEnter:\nx\nPassword:\nPassword:\n\n");
	expect_end(&world);
	leave(&world);
	buf_release(&input);
}

/* What cannot be read has nothing to read. */
static void
test_unreadable(void **state)
{
	struct world world;

	(void)state;
	read_from(&world, open("/", O_RDONLY));
	expect_end(&world);
	leave(&world);
	read_from(&world, open("/dev/null", O_WRONLY));
	expect_end(&world);
	leave(&world);
}

static void
on_signal(int number)
{
	(void)number;
}

/* A signal and a pipe that does not wait: neither is the end. The writer begins when it is known
 * that the reader waits, or has read. */
static void
test_interrupted(void **state)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct sigaction before;
	struct world world;
	int fds[2];
	pid_t writer;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
	(void)fflush(NULL);
	writer = fork();
	if (writer == 0) {
		for (int i = 0; i < 5; i++)
			(void)kill(getppid(), SIGUSR1);
		(void)!write(fds[1], "ab", 2);
		(void)kill(getppid(), SIGUSR1);
		(void)!write(fds[1], "c\n", 2);
		_exit(0);
	}
	(void)close(fds[1]);
	read_from(&world, fds[0]);
	expect_line(&world, &plain, SPAN_OF("abc", 3));
	expect_end(&world);
	leave(&world);
	(void)waitpid(writer, NULL, 0);
	(void)sigaction(SIGUSR1, &before, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),       cmocka_unit_test(test_help),
		cmocka_unit_test(test_long_lines),  cmocka_unit_test(test_long_last),
		cmocka_unit_test(test_secrets),     cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
