/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walker of the menus, and their way in. */
#include "ui/menu.h"

#include "base/fs.h"
#include "base/text.h"
#include "ui/help.h"
#include "ui/info.h"
#include "ui/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The passphrase of the open database was changed by another process: nothing more can be done
 * with it until it is opened again. */
static bool
is_lost(const struct menu *m)
{
	return m->path && !m->session.is_open;
}

static const char option_help[] =
    "Type the number of a line and ENTER: 2 takes the second. 0 leaves the program;\n"
    "ENTER, ^C and ^D go back.";

void
menu_put(struct menu *m, const char *text)
{
	out_text(m->out, text);
}

enum rc
menu_answer(struct menu *m, const struct line_ask *ask, struct buf *answer, struct err *err)
{
	enum rc rc;

	answer->size = 0;
	rc = lines_read(m->lines, ask, answer, err);
	if (lines_ended(m->lines)) {
		m->leave = true;
		m->over = RC_CANCELLED;
		return RC_CANCELLED;
	}
	if (rc)
		return rc;
	if (answer->bad)
		return err_default(err, RC_NO_MEMORY);
	if (answer->size && memchr(answer->data, '\0', answer->size))
		return err_set(err, RC_USAGE, "the answer holds a NUL byte");
	return RC_OK;
}

enum rc
menu_secret(struct menu *m, const char *prompt, struct secret **secret, struct err *err)
{
	enum rc rc = lines_secret(m->lines, prompt, secret, err);

	if (!lines_ended(m->lines))
		return rc;
	m->leave = true;
	m->over = RC_CANCELLED;
	secret_free(secret);
	return RC_CANCELLED;
}

void
menu_pause(struct menu *m)
{
	static const struct line_ask ask = { .prompt = "\nPress ENTER to continue.",
					     .kind = LINE_OPTION };
	struct buf answer = BUF_INIT;
	struct err err = ERR_INIT;
	enum rc rc;

	if (m->leave)
		return;
	rc = lines_read(m->lines, &ask, &answer, &err);
	buf_release(&answer);
	/* Whatever was typed, it is the end of this job: nothing more to read is no failure here.
	 */
	if (rc == RC_CANCELLED && lines_ended(m->lines))
		m->leave = true;
}

/* The next step. Options are the commands' way; that there is one is worth knowing all the same. */
static void
tell_hint(struct menu *m, const struct err *err)
{
	const char *way = strstr(err->hint, "--") ? "By command: " : "";

	if (!err->hint[0])
		return;
	if (err->rc == RC_PASSWORD_EXPIRED) {
		menu_put(m, "Change database password, 3 of the Database Menu, gives it a new "
			    "one.\n");
	} else {
		out_printf(m->out, "%s%s\n", way, err->hint);
	}
}

void
menu_tell_error(struct menu *m, const struct err *err)
{
	out_printf(m->out, "\n%s\n", err->message);
	tell_hint(m, err);
	/* System SSL has no number for an answer that makes no sense. */
	if (err->rc != RC_USAGE)
		out_printf(m->out, "Status 0x%08x - %s.\n", rc_cms(err->rc), rc_cms_text(err->rc));
}

bool
menu_again(struct menu *m, const struct err *err)
{
	if (m->leave)
		return false;
	if (lines_is_terminal(m->lines)) {
		out_printf(m->out, "%s\n", err->message);
		return true;
	}
	menu_tell_error(m, err);
	menu_put(m, "The answers that follow would be taken for others: this is the end.\n");
	m->leave = true;
	m->over = err->rc;
	return false;
}

static void
put_screen(struct menu *m, const struct screen *screen)
{
	info_put_title(m->out, screen->title);
	if (screen->head)
		screen->head(m);
	for (const struct menu_line *line = screen->lines; line->key; line++)
		out_printf(m->out, "  %2s - %s\n", line->key, line->text);
	menu_put(m, "\n   0 - Exit program\n\n");
}

static const struct menu_line *
find_line(const struct screen *screen, const char *key)
{
	for (const struct menu_line *line = screen->lines; line->key; line++) {
		if (text_equal_ascii(line->key, key))
			return line;
	}
	return NULL;
}

/* The answer without the blanks around it. */
static const char *
trim(struct buf *answer)
{
	const char *text;
	size_t size;

	while (answer->size && answer->data[answer->size - 1] == ' ')
		answer->size--;
	text = buf_text(answer);
	size = strspn(text, " ");
	return text + size;
}

enum picked { PICKED_LINE, PICKED_AGAIN, PICKED_BACK };

/* Asks for the number of a line. At a menu nothing more to read is a way to leave like others. */
static enum picked
pick(struct menu *m, const struct screen *screen, const struct menu_line **line)
{
	struct line_ask ask = { .prompt = screen->prompt,
				.help = screen->help ? screen->help : option_help,
				.kind = LINE_OPTION };
	struct buf answer = BUF_INIT;
	enum picked picked = PICKED_BACK;
	struct err err = ERR_INIT;
	const char *key;
	enum rc rc = menu_answer(m, &ask, &answer, &err);

	if (m->leave)
		m->over = RC_OK;
	if (rc && rc != RC_CANCELLED) {
		out_printf(m->out, "%s\n", err.message);
		picked = PICKED_AGAIN;
	}
	key = rc ? "" : trim(&answer);
	if (strcmp(key, "0") == 0)
		m->leave = true;
	if (!m->leave && *key) {
		*line = find_line(screen, key);
		picked = *line ? PICKED_LINE : PICKED_AGAIN;
		if (!*line)
			out_printf(m->out, "There is no option '%s' here.\n", ESC(key));
	}
	buf_release(&answer);
	return picked;
}

/* Shows a screen once. False: one goes back. */
static bool
step(struct menu *m, const struct screen *screen)
{
	const struct menu_line *line = NULL;
	enum picked picked;

	put_screen(m, screen);
	picked = pick(m, screen, &line);
	if (m->leave || picked == PICKED_BACK)
		return false;
	if (picked == PICKED_AGAIN)
		return true;
	if (line->screen) {
		menu_walk(m, line->screen);
		return !m->leave && !is_lost(m);
	}
	if (!menu_do(m, line->job) || m->leave)
		return !m->leave && !is_lost(m);
	if (line->job->next)
		menu_walk(m, line->job->next);
	return !m->leave && !(line->job->flags & JOB_BACK);
}

static void
walk_labels(struct menu *m, const struct screen *screen)
{
	while (!m->leave && !is_lost(m) && menu_choose(m, screen->list)) {
		while (step(m, screen))
			;
	}
}

void
menu_walk(struct menu *m, const struct screen *screen)
{
	if (screen->list) {
		walk_labels(m, screen);
		return;
	}
	while (step(m, screen))
		;
	if (screen == &screen_key_management) {
		session_close(&m->session);
		free(m->path);
		m->path = NULL;
	}
}

/* --- the way in --- */

enum { OPTION_SHOW, OPTION_RECORD, OPTION_JSON, OPTION_HELP };

struct menu_words {
	const char *database;
	const char *record;
	bool show;
	bool help;
};

static const struct scan_option options[] = {
	{ "--show-commands", SCAN_NONE, OPTION_SHOW },
	{ "--record", SCAN_ONE, OPTION_RECORD },
	{ "--json", SCAN_NONE, OPTION_JSON },
	{ "--help", SCAN_NONE, OPTION_HELP },
	{ "-h", SCAN_NONE, OPTION_HELP },
};

static enum rc
take_item(struct menu_words *w, const struct scan_item *item, struct err *err)
{
	const char **place = item->id == OPTION_RECORD ? &w->record : &w->database;

	if (item->id == OPTION_JSON)
		return err_set(err, RC_USAGE, "the menus print no JSON; the commands do");
	w->show |= item->id == OPTION_SHOW;
	w->help |= item->id == OPTION_HELP;
	if (item->id == OPTION_SHOW || item->id == OPTION_HELP)
		return RC_OK;
	if (*place && item->id == OPTION_RECORD)
		return err_set(err, RC_USAGE, "--record is there twice");
	if (*place)
		return err_set(err, RC_USAGE, "'%s' is too much: kyman menu [FILE]",
			       ESC(item->value));
	*place = item->value;
	return RC_OK;
}

static enum rc
read_words(struct menu_words *w, int argc, char *const *argv, struct err *err)
{
	struct scan scan;
	struct scan_item item;
	enum rc rc = RC_OK;

	scan_start(&scan, options, ARRAY_SIZE(options), argc, argv);
	if (argc > 1 && strcmp(argv[1], "menu") == 0)
		scan.at++;
	while (!rc) {
		rc = scan_next(&scan, &item, err);
		if (!rc)
			rc = take_item(w, &item, err);
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* --record: a new file, for nobody else. */
static enum rc
open_record(struct menu *m, const char *path, struct err *err)
{
	int fd = fs_create_private(path);

	if (fd >= 0)
		m->record = fdopen(fd, "w");
	if (m->record)
		return RC_OK;
	if (errno == EEXIST)
		return err_set(err, RC_EXISTS, "'%s' exists already: --record writes a new file",
			       ESC(path));
	return err_set(err, RC_IO, "cannot make '%s': %s", ESC(path), fs_words(errno));
}

static enum rc
close_record(struct menu *m, const char *path, struct err *err)
{
	bool bad;

	if (!m->record)
		return RC_OK;
	bad = ferror(m->record) != 0;
	if (fclose(m->record) || bad)
		return err_set(err, RC_IO, "the record '%s' is not whole: %s", ESC(path),
			       fs_words(errno));
	return RC_OK;
}

static enum rc
ask_secret(void *self, const struct secret_question *question, struct secret **out, struct err *err)
{
	struct buf text = BUF_INIT;
	enum rc rc;

	buf_printf(&text, "%s:", question->prompt);
	rc = buf_rc(&text);
	if (!rc)
		rc = menu_secret(self, buf_text(&text), out, err);
	buf_release(&text);
	return err_default(err, rc);
}

static enum rc
ask_confirm(void *self, const char *question, bool *yes, struct err *err)
{
	static const struct line_ask ask = {
		.prompt = "Enter 1 to confirm, 0 to cancel:",
		.help = "Type 1 to go on with what stands above, for good.\n"
			"0 or ENTER goes back to the menu, and nothing is changed.",
		.kind = LINE_OPTION,
	};
	struct menu *m = self;
	struct buf answer = BUF_INIT;
	enum rc rc;

	out_printf(m->out, "%s\n", question);
	rc = menu_answer(m, &ask, &answer, err);
	*yes = !rc && strcmp(trim(&answer), "1") == 0;
	buf_release(&answer);
	return rc;
}

static void
release(struct menu *m)
{
	session_close(&m->session);
	lines_free(&m->lines);
	free(m->path);
	buf_release(&m->label);
	for (size_t i = 0; i < NAME_PARTS; i++)
		buf_release(&m->remembered[i]);
}

static enum rc
put_help(struct out *out, struct err *err)
{
	static const char *const topic[] = { "menu" };
	struct buf text = BUF_INIT;
	enum rc rc = help_put(&text, topic, 1, err);

	if (!rc)
		out_buf(out, &text);
	buf_release(&text);
	return rc;
}

static enum rc
run_menus(struct menu *m, const struct menu_words *w, struct err *err)
{
	enum rc rc = lines_new(&m->lines, m->out, err);

	if (!rc && w->record)
		rc = open_record(m, w->record, err);
	if (rc)
		return rc;
	m->show_commands = w->show;
	if (w->database)
		menu_open(m, w->database);
	while (!m->leave && step(m, &screen_database))
		;
	return close_record(m, w->record, err);
}

enum rc
menu_run(struct view *v, int argc, char *const *argv, enum rc *status, struct err *err)
{
	struct menu m = { .out = v->out, .session = { .store = STORE_INIT, .keeps = true } };
	struct menu_words w = { .show = false };
	enum rc rc;

	m.asker = (struct asker){ ask_secret, ask_confirm, &m };
	m.session.asker = &m.asker;
	rc = read_words(&w, argc, argv, err);
	if (!rc && w.help)
		rc = put_help(v->out, err);
	else if (!rc)
		rc = run_menus(&m, &w, err);
	*status = m.over;
	release(&m);
	return rc;
}
