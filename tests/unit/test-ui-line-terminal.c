/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers on a terminal. The player asks; what it was answered it tells as "<status ended bytes>",
 * status as rc_status has it. */
#include "scene.h"

#include "scratch.h"

#include "ui/line.h"
#include "ui/tty.h"

#include <unistd.h>

#ifdef HAVE_READLINE
#define NEEDS_READLINE()
#else
#define NEEDS_READLINE() skip()
#endif

enum { LONGEST = ANSWER_MAX /* and SECRET_LINE_MAX */, MANY = 250 };

static const char *const words[] = { "alpha one", "beta", "gamma\033[2J", "gamut", NULL };

static const struct line_ask ask_option = { .prompt = "Option:", .kind = LINE_OPTION };
static const struct line_ask ask_file = { .prompt = "File:", .kind = LINE_FILE };
static const struct line_ask ask_label = { .prompt = "Label:", .kind = LINE_LABEL, .words = words };
static const struct line_ask ask_days = {
	.prompt = "Days:", .help = "1 to 9999, as in 365.", .kind = LINE_VALUE, .preset = "365"
};
static const struct line_ask ask_secret = { .prompt = "Password:" };

/* As main does. */
static void
on_fatal(int number)
{
	tty_restore();
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

static void
tell(const struct role *role, const struct lines *lines, enum rc rc, struct span bytes)
{
	struct buf text = BUF_INIT;

	text_escape(&text, bytes);
	(void)dprintf(role->results, "<%d %d %s>\n", rc_status(rc), lines_ended(lines),
		      buf_text(&text));
	buf_release(&text);
}

static void
ask_one(const struct role *role, struct lines *lines, const struct line_ask *ask)
{
	struct secret *secret = NULL;
	struct buf answer = BUF_INIT;
	struct err err = ERR_INIT;
	enum rc rc;
	char byte;

	if (read(role->gate, &byte, 1) != 1)
		exit(98);
	if (ask == &ask_secret) {
		rc = lines_secret(lines, ask->prompt, &secret, &err);
		tell(role, lines, rc, secret_span(secret));
	} else {
		rc = lines_read(lines, ask, &answer, &err);
		tell(role, lines, rc, buf_span(&answer));
	}
	secret_free(&secret);
	buf_release(&answer);
}

/* Asks all, up to NULL. */
static void
play_all(const struct role *role, FILE *file, const struct line_ask *const *asks)
{
	struct out *out = calloc(1, sizeof(*out));
	struct lines *lines = NULL;
	struct err err = ERR_INIT;

	(void)signal(SIGTERM, on_fatal);
	(void)signal(SIGQUIT, on_fatal);
	out_start(out, file);
	if (lines_new(&lines, out, &err) || !lines_is_terminal(lines))
		exit(97);
	for (; *asks; asks++)
		ask_one(role, lines, *asks);
	lines_free(&lines);
	(void)fflush(file);
	free(out);
}

static void
play_asks(const struct role *role)
{
	static const struct line_ask *const asks[] = { &ask_option, &ask_option, &ask_option,
						       &ask_file,   &ask_label,  &ask_label,
						       &ask_option, &ask_days,   NULL };

	play_all(role, stdout, asks);
}

static void
play_labels(const struct role *role)
{
	static const struct line_ask *const asks[] = { &ask_label, &ask_label, &ask_label,
						       &ask_file,  &ask_days,  NULL };

	play_all(role, stdout, asks);
}

/* Each way to ask twice, and SIGHUP is survived. */
static void
play_each(const struct role *role)
{
	static const struct line_ask *const asks[] = { &ask_option, &ask_option, &ask_secret,
						       &ask_secret, &ask_option, NULL };

	(void)signal(SIGHUP, SIG_IGN);
	play_all(role, stdout, asks);
}

static void
play_secrets(const struct role *role)
{
	static const struct line_ask *const asks[] = { &ask_secret, &ask_secret, &ask_secret,
						       &ask_secret, &ask_option, NULL };

	(void)signal(SIGHUP, SIG_IGN);
	play_all(role, stdout, asks);
}

static void
play_ignoring(const struct role *role)
{
	(void)signal(SIGINT, SIG_IGN);
	play_each(role);
}

/* More candidates than are listed. */
static void
play_many(const struct role *role)
{
	static char texts[MANY][12];
	static const char *many[MANY + 1];
	const struct line_ask ask = { .prompt = "Many:", .kind = LINE_LABEL, .words = many };
	const struct line_ask *const asks[] = { &ask, &ask, NULL };

	for (int i = 0; i < MANY; i++) {
		(void)snprintf(texts[i], sizeof(texts[i]), "%d", i);
		many[i] = texts[i];
	}
	(void)signal(SIGHUP, SIG_IGN);
	play_all(role, stdout, asks);
}

/* Prompts go to the results: the terminal edits. */
static void
play_plain(const struct role *role)
{
	static const struct line_ask *const asks[] = { &ask_option, &ask_days,   &ask_secret,
						       &ask_option, &ask_option, &ask_option,
						       &ask_option, NULL };
	FILE *file = fdopen(role->results, "w");

	(void)signal(SIGHUP, SIG_IGN);
	play_all(role, file, asks);
}

static void
start(struct scene *scene, void (*play)(const struct role *))
{
	if (!scene_open(scene, play))
		skip();
}

/* Lets the player ask, and waits for the prompt. */
static void
asked(struct scene *scene, const char *prompt)
{
	scene_go(scene->gate);
	scene_wait(scene, prompt);
	scene_wait(scene, "\n");
}

/* The player was answered; between two questions the terminal is as it was. */
static void
answered(struct scene *scene, const char *want)
{
	scene_told(scene, want);
	scene_restored(scene);
}

static void
exchange(struct scene *scene, const char *prompt, const char *keys, const char *want)
{
	asked(scene, prompt);
	scene_keys(scene, keys);
	answered(scene, want);
}

static void
test_history(void **state)
{
	struct scene scene;

	(void)state;
	NEEDS_READLINE();
	start(&scene, play_asks);
	exchange(&scene, "Option:", "one\r", "<0 0 one>");
	exchange(&scene, "Option:", "two\r", "<0 0 two>");
	exchange(&scene, "Option:", "\033[A\r", "<0 0 two>");
	/* Another kind has none of it. */
	exchange(&scene, "File:", "x\033[A\r", "<0 0 x>");
	/* A label is not remembered, not even for labels. */
	exchange(&scene, "Label:", "web\r", "<0 0 web>");
	exchange(&scene, "Label:", "\033[A\r", "<0 0 >");
	/* Two was there once only. */
	exchange(&scene, "Option:", "\033[A\033[A\033[A\r", "<0 0 one>");
	scene_close(&scene);
}

static void
test_completion(void **state)
{
	char folder[FOLDER_MAX];
	struct scene scene;

	(void)state;
	NEEDS_READLINE();
	scratch_enter(folder);
	assert_int_equal(fclose(fopen("my own.p12", "w")), 0);
	assert_int_equal(fclose(fopen("my\033[2J", "w")), 0);
	start(&scene, play_labels);
	exchange(&scene, "Label:", "al\t\r", "<0 0 alpha one>");
	/* With blanks in what stands there already. */
	exchange(&scene, "Label:", "alpha o\t\r", "<0 0 alpha one>");
	/* Not what a terminal cannot show. */
	exchange(&scene, "Label:", "g\t\r", "<0 0 gamut>");
	exchange(&scene, "File:", "my\t\r", "<0 0 my own.p12>");
	/* Nothing to complete, also no blank or tab; a preset is edited. */
	exchange(&scene, "Days:", "\010\t0\r", "<0 0 360>");
	scene_told(&scene, "exit 0");
	assert_null(memmem(scene.shown.data, scene.shown.size, "\033[2J", 4));
	scene_close(&scene);
	scratch_leave(folder);
}

static void
test_help(void **state)
{
	struct scene scene;

	(void)state;
	NEEDS_READLINE();
	start(&scene, play_asks);
	for (int i = 0; i < 7; i++) {
		scene_go(scene.gate);
		scene_wait(&scene, ":\r\n");
		scene_keys(&scene, "\r");
		answered(&scene, "<0 0 >");
	}
	asked(&scene, "Days:");
	scene_keys(&scene, "\025?\r");
	scene_wait(&scene, "1 to 9999, as in 365.\r\n");
	scene_wait(&scene, "Days:\r\n");
	scene_wait(&scene, "365");
	scene_keys(&scene, "\r");
	answered(&scene, "<0 0 365>");
	scene_told(&scene, "exit 0");
	scene_close(&scene);
}

static void
test_cancel(void **state)
{
	struct scene scene;

	(void)state;
	start(&scene, play_each);
	asked(&scene, "Option:");
	scene_keys(&scene, "abc");
	scene_wait(&scene, "abc");
	scene_keys(&scene, "\003");
	answered(&scene, "<10 0 >");
	exchange(&scene, "Option:", "\004", "<10 0 >");
	asked(&scene, "Password:");
	assert_false(scene_echoes(&scene));
	scene_keys(&scene, "abc\003");
	answered(&scene, "<10 0 >");
	exchange(&scene, "Password:", "\004", "<10 0 >");
	/* Nothing of all that is left. */
	exchange(&scene, "Option:", "d\r", "<0 0 d>");
	scene_told(&scene, "exit 0");
	assert_null(memmem(scene.shown.data, scene.shown.size, "abcd", 4));
	scene_close(&scene);
}

/* SIGINT between questions does what it did before, and so after questions. */
static void
test_interrupt_outside(void **state)
{
	struct scene scene;

	(void)state;
	start(&scene, play_each);
	exchange(&scene, "Option:", "a\r", "<0 0 a>");
	assert_int_equal(kill(scene.player, SIGINT), 0);
	scene_told(&scene, "signal 2");
	scene_close(&scene);
}

static void
test_interrupt_ignored(void **state)
{
	struct scene scene;

	(void)state;
	start(&scene, play_ignoring);
	asked(&scene, "Option:");
	assert_int_equal(kill(scene.player, SIGINT), 0);
	scene_keys(&scene, "a\r");
	answered(&scene, "<0 0 a>");
	exchange(&scene, "Option:", "a\r", "<0 0 a>");
	asked(&scene, "Password:");
	assert_int_equal(kill(scene.player, SIGINT), 0);
	scene_keys(&scene, "s3cret\r");
	answered(&scene, "<0 0 s3cret>");
	scene_close(&scene);
}

static void
test_fatal(void **state)
{
	static const int numbers[] = { SIGTERM, SIGQUIT };
	struct scene scene;
	char want[20];

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(numbers); i++) {
		start(&scene, i % 2 ? play_secrets : play_each);
		asked(&scene, i % 2 ? "Password:" : "Option:");
		assert_int_equal(kill(scene.player, numbers[i / 2]), 0);
		(void)snprintf(want, sizeof(want), "signal %d\n", numbers[i / 2]);
		scene_told(&scene, want);
		scene_restored(&scene);
		scene_close(&scene);
	}
}

static void
test_hang_up(void **state)
{
	struct scene scene;

	(void)state;
	for (int i = 0; i < 2; i++) {
		start(&scene, i ? play_secrets : play_each);
		asked(&scene, i ? "Password:" : "Option:");
		scene_keys(&scene, "part");
		(void)close(scene.master);
		scene.master = -1;
		scene_told(&scene, "<10 1 >");
		/* It stays so. */
		for (int j = 0; j < 4; j++) {
			scene_go(scene.gate);
			scene_told(&scene, "<10 1 >");
		}
		scene_told(&scene, "exit 0");
		scene_close(&scene);
	}
}

static void
test_resize(void **state)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 132 };
	struct scene scene;

	(void)state;
	start(&scene, play_each);
	asked(&scene, "Option:");
	scene_keys(&scene, "ab");
	scene_wait(&scene, "ab");
	assert_int_equal(ioctl(scene.master, TIOCSWINSZ, &size), 0);
	scene_keys(&scene, "c\r");
	answered(&scene, "<0 0 abc>");
	scene_close(&scene);
}

/* ^Z: the shell has its terminal as it was; then the line is there again, and can be ended. */
static void
test_stop(void **state)
{
	struct scene scene;

	(void)state;
	if (!scene_can_stop())
		skip();
	start(&scene, play_each);
	asked(&scene, "Option:");
	scene_keys(&scene, "ab");
	scene_wait(&scene, "ab");
	scene_keys(&scene, "\032");
	scene_told(&scene, "stopped");
	scene_restored(&scene);
	scene_go(scene.resume);
	scene_wait(&scene, "Option:\r\n");
#ifdef HAVE_READLINE
	scene_wait(&scene, "ab");
#else
	scene_keys(&scene, "ab"); /* the terminal forgets */
#endif
	scene_keys(&scene, "c\r");
	answered(&scene, "<0 0 abc>");
	exchange(&scene, "Option:", "d\r", "<0 0 d>");
	asked(&scene, "Password:");
	scene_keys(&scene, "wro\032");
	scene_told(&scene, "stopped");
	scene_restored(&scene);
	scene_go(scene.resume);
	scene_wait(&scene, "Password:\r\n");
	assert_false(scene_echoes(&scene));
	scene_keys(&scene, "s3cret\r");
	answered(&scene, "<0 0 s3cret>");
	scene_close(&scene);
}

/* A stop that cannot be caught: others may have changed the terminal meanwhile. */
static void
test_stop_uncaught(void **state)
{
	struct scene scene;

	(void)state;
	start(&scene, play_secrets);
	for (int i = 0; i < 2; i++) {
		asked(&scene, "Password:");
		scene_keys(&scene, "wro");
		assert_int_equal(kill(scene.player, SIGSTOP), 0);
		scene_told(&scene, "stopped");
		assert_int_equal(tcsetattr(scene.slave, TCSANOW, &scene.before), 0);
		scene_go(scene.resume);
		scene_wait(&scene, "Password:\r\n");
		assert_false(scene_echoes(&scene));
		scene_keys(&scene, "s3cret\r");
		answered(&scene, "<0 0 s3cret>");
	}
	scene_close(&scene);
}

/* The same while a line is edited: it is there still. */
static void
test_stop_uncaught_line(void **state)
{
	struct scene scene;

	(void)state;
	NEEDS_READLINE();
	start(&scene, play_each);
	asked(&scene, "Option:");
	scene_keys(&scene, "ab");
	scene_wait(&scene, "ab");
	assert_int_equal(kill(scene.player, SIGSTOP), 0);
	scene_told(&scene, "stopped");
	assert_int_equal(tcsetattr(scene.slave, TCSANOW, &scene.before), 0);
	scene_go(scene.resume);
	scene_wait(&scene, "Option:\r\nab");
	assert_false(scene_echoes(&scene));
	scene_keys(&scene, "c\r");
	answered(&scene, "<0 0 abc>");
	scene_close(&scene);
}

/* A few are listed, below which the line is there again; more than a screen has are counted. */
static void
test_many_candidates(void **state)
{
	struct scene scene;

	(void)state;
	NEEDS_READLINE();
	start(&scene, play_many);
	asked(&scene, "Many:");
	scene_keys(&scene, "\t\t");
	scene_wait(&scene, "250 candidates");
	scene_wait(&scene, "Many:\r\n");
	scene_keys(&scene, "24\t\t");
	scene_wait(&scene, "240");
	scene_wait(&scene, "249");
	scene_wait(&scene, "Many:\r\n24");
	scene_keys(&scene, "\003");
	answered(&scene, "<10 0 >");
	exchange(&scene, "Many:", "249\r", "<0 0 249>");
	scene_told(&scene, "exit 0");
	scene_close(&scene);
}

static void
test_secrets(void **state)
{
	struct scene scene;
	struct buf keys = BUF_INIT;

	(void)state;
	start(&scene, play_secrets);
	/* Keys that edit: DEL takes a character, ^W a word, ^U all. */
	exchange(&scene, "Password:", "x y\025ab cd\027\303\244\177s3\177\1774\r", "<0 0 ab 4>");
	exchange(&scene, "Password:", "\r", "<0 0 >");
	memset(buf_extend(&keys, LONGEST + 1), 'x', LONGEST + 1);
	buf_put_text(&keys, "\r");
	asked(&scene, "Password:");
	scene_type(&scene, buf_span(&keys));
	answered(&scene, "<2 0 >");
	buf_cut(&keys, LONGEST);
	asked(&scene, "Password:");
	scene_type(&scene, buf_span(&keys));
	scene_keys(&scene, "\r");
	answered(&scene, "<0 0 xxx");
	assert_null(memmem(scene.shown.data, scene.shown.size, "xxx", 3));
	buf_release(&keys);
	scene_close(&scene);
}

/* A pasted list: each question takes its line, and nothing is shown that is secret. */
static void
test_typed_ahead(void **state)
{
	struct scene scene;

	(void)state;
	NEEDS_READLINE();
	start(&scene, play_each);
	asked(&scene, "Option:");
	scene_keys(&scene, "one\rtwo\rs3cret\rs4cret\rthree\r");
	answered(&scene, "<0 0 one>");
	for (int i = 0; i < 4; i++)
		scene_go(scene.gate);
	scene_told(&scene, "<0 0 two>\n<0 0 s3cret>\n<0 0 s4cret>\n<0 0 three>\nexit 0");
	assert_null(memmem(scene.shown.data, scene.shown.size, "cret", 4));
	scene_close(&scene);
}

static void
test_long_line(void **state)
{
	struct scene scene;
	struct buf keys = BUF_INIT;

	(void)state;
	NEEDS_READLINE();
	start(&scene, play_each);
	memset(buf_extend(&keys, LONGEST + 1), 'x', LONGEST + 1);
	buf_put_text(&keys, "\r");
	asked(&scene, "Option:");
	scene_type(&scene, buf_span(&keys));
	answered(&scene, "<9 0 >");
	exchange(&scene, "Option:", "d\r", "<0 0 d>");
	buf_release(&keys);
	scene_close(&scene);
}

/* Where the screen is elsewhere, or there is no readline. */
static void
test_plain(void **state)
{
	struct scene scene;

	(void)state;
	start(&scene, play_plain);
	scene_go(scene.gate);
	scene_told(&scene, "Option:\n");
	scene_keys(&scene, "a\026\200b\177c\n");
	answered(&scene, "<0 0 a\\x80c>");
	scene_go(scene.gate);
	scene_told(&scene, "Days:\n");
	scene_keys(&scene, "?\n");
	scene_told(&scene, "1 to 9999, as in 365.\nDays:\n");
	scene_type(&scene, SPAN_OF("3\0"
				   "1\n",
				   4));
	answered(&scene, "<0 0 3\\x001>");
	scene_go(scene.gate);
	scene_told(&scene, "Password:\n");
	assert_false(scene_echoes(&scene));
	scene_keys(&scene, "s3cret\none\ntwo\n");
	scene_told(&scene, "\n<0 0 s3cret>");
	scene_go(scene.gate);
	answered(&scene, "<0 0 one>");
	scene_go(scene.gate);
	answered(&scene, "<0 0 two>");
	scene_go(scene.gate);
	scene_told(&scene, "Option:\n");
	scene_keys(&scene, "wrong\003");
	answered(&scene, "<10 0 >");
	scene_go(scene.gate);
	scene_told(&scene, "Option:\n");
	scene_keys(&scene, "part\004\004");
	answered(&scene, "<0 0 part>");
	scene_told(&scene, "exit 0");
	scene_close(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_completion),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_interrupt_outside),
		cmocka_unit_test(test_interrupt_ignored),
		cmocka_unit_test(test_fatal),
		cmocka_unit_test(test_hang_up),
		cmocka_unit_test(test_resize),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_stop_uncaught),
		cmocka_unit_test(test_stop_uncaught_line),
		cmocka_unit_test(test_many_candidates),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_typed_ahead),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_plain),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
