/* Players that ask on a terminal (scene.h) through struct lines. What was answered they tell as
 * "<status ended bytes>", status as rc_status has it. */
#ifndef TESTS_LINE_PLAY_H
#define TESTS_LINE_PLAY_H

#include "scene.h"

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
static MAYBE void
play_all(const struct role *role, FILE *file, const struct line_ask *const *asks)
{
	struct out *out = calloc(1, sizeof(*out));
	struct lines *lines = NULL;
	struct err err = ERR_INIT;

	(void)signal(SIGTERM, on_fatal);
	(void)signal(SIGQUIT, on_fatal);
	/* Nothing of who runs the test. */
	(void)setenv("INPUTRC", "/dev/null", 1);
	(void)setenv("TERM", "vt100", 1);
	out_start(out, file);
	if (lines_new(&lines, out, &err) || !lines_is_terminal(lines))
		exit(97);
	for (; *asks; asks++)
		ask_one(role, lines, *asks);
	lines_free(&lines);
	(void)fflush(file);
	free(out);
}

static MAYBE void
play_asks(const struct role *role)
{
	static const struct line_ask *const asks[] = { &ask_option, &ask_option, &ask_option,
						       &ask_file,   &ask_label,  &ask_label,
						       &ask_option, &ask_days,   NULL };

	play_all(role, stdout, asks);
}

static MAYBE void
play_labels(const struct role *role)
{
	static const struct line_ask *const asks[] = { &ask_label, &ask_label, &ask_label,
						       &ask_file,  &ask_days,  NULL };

	play_all(role, stdout, asks);
}

/* Each way to ask twice, and SIGHUP is survived. */
static MAYBE void
play_each(const struct role *role)
{
	static const struct line_ask *const asks[] = { &ask_option, &ask_option, &ask_secret,
						       &ask_secret, &ask_option, NULL };

	(void)signal(SIGHUP, SIG_IGN);
	play_all(role, stdout, asks);
}

static MAYBE void
play_secrets(const struct role *role)
{
	static const struct line_ask *const asks[] = { &ask_secret, &ask_secret, &ask_secret,
						       &ask_secret, &ask_option, NULL };

	(void)signal(SIGHUP, SIG_IGN);
	play_all(role, stdout, asks);
}

static MAYBE void
play_ignoring(const struct role *role)
{
	(void)signal(SIGINT, SIG_IGN);
	play_each(role);
}

/* More candidates than are listed. */
static MAYBE void
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
static MAYBE void
play_plain(const struct role *role)
{
	static const struct line_ask *const asks[] = { &ask_option, &ask_days,   &ask_secret,
						       &ask_option, &ask_option, &ask_option,
						       &ask_option, NULL };
	FILE *file = fdopen(role->results, "w");

	(void)signal(SIGHUP, SIG_IGN);
	play_all(role, file, asks);
}

static MAYBE void
start(struct scene *scene, void (*play)(const struct role *))
{
	if (!scene_open(scene, play))
		skip();
}

/* Lets the player ask, and waits for the prompt. */
static MAYBE void
asked(struct scene *scene, const char *prompt)
{
	scene_go(scene->gate);
	scene_wait(scene, prompt);
	scene_wait(scene, "\n");
}

/* The player was answered; between two questions the terminal is as it was. */
static MAYBE void
answered(struct scene *scene, const char *want)
{
	scene_told(scene, want);
	scene_restored(scene);
}

static MAYBE void
exchange(struct scene *scene, const char *prompt, const char *keys, const char *want)
{
	asked(scene, prompt);
	scene_keys(scene, keys);
	answered(scene, want);
}

#endif
