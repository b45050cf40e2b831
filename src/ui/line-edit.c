/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readline, through its callbacks: it never waits itself, and no signal meets it half way. */
#include "ui/line-parts.h"

#ifdef HAVE_READLINE

#include "base/text.h"
#include "ui/tty.h"

#include <readline/history.h>
#include <readline/readline.h>
#include <stdlib.h>
#include <unistd.h>

enum { HISTORY_MAX = 100, CANDIDATES_MAX = 200 };

/* What was answered to one kind of prompt, the oldest first. */
struct history {
	char *lines[HISTORY_MAX];
	size_t count;
};

struct line_edit {
	struct history histories[LINE_KINDS];
};

/* The question under way: readline's callbacks are given nothing to know it by. */
static struct {
	const struct line_ask *ask;
	size_t word; /* the next candidate */
	struct tty_watch watch;
	struct termios before;
	struct termios during;
	char *line; /* NULL: none, or end of input */
	bool done;
	bool interrupted;
	bool gone;
} now;

bool
line_edit_possible(void)
{
	return true;
}

static void
forget_line(char *line)
{
	explicit_bzero(line, strlen(line));
	free(line);
}

static void
history_put(struct history *history, const char *text)
{
	char *line;

	if (!*text || (history->count && strcmp(history->lines[history->count - 1], text) == 0))
		return;
	line = strdup(text);
	if (!line)
		return; /* it can be typed again */
	if (history->count == HISTORY_MAX) {
		forget_line(history->lines[0]);
		history->count--;
		memmove(&history->lines[0], &history->lines[1],
			history->count * sizeof(history->lines[0]));
	}
	history->lines[history->count++] = line;
}

static void
history_load(const struct history *history)
{
	rl_clear_history();
	for (size_t i = 0; i < history->count; i++)
		add_history(history->lines[i]);
}

static char *
next_word(const char *text, int state)
{
	const char *word;

	if (!state)
		now.word = 0;
	for (;;) {
		word = now.ask->words[now.word];
		if (!word)
			return NULL;
		now.word++;
		if (strncmp(word, text, strlen(text)) == 0 && text_is_safe(span_text(word)))
			return strdup(word);
	}
}

static char *
next_file(const char *text, int state)
{
	char *name;

	/* readline shows and inserts candidates raw. */
	for (;; state = 1) {
		name = rl_filename_completion_function(text, state);
		if (!name || text_is_safe(span_text(name)))
			return name;
		free(name);
	}
}

/* text is the whole line up to the cursor, since nothing breaks words. */
static char **
complete(const char *text, int begin, int end)
{
	(void)begin;
	(void)end;
	rl_attempted_completion_over = 1;
	rl_completion_append_character = '\0';
	if (now.ask->words)
		return rl_completion_matches(text, next_word);
	if (now.ask->kind == LINE_FILE)
		return rl_completion_matches(text, next_file);
	return NULL;
}

/* readline would ask whether to list many, but does not wait for the answer when it is driven by
 * callbacks. */
static void
show_candidates(char **candidates, int count, int widest)
{
	if (count > CANDIDATES_MAX)
		(void)fprintf(rl_outstream, "\n%d candidates: type more of it\n", count);
	else
		rl_display_match_list(candidates, count, widest);
	(void)rl_forced_update_display();
}

/* Registered with the handlers of fatal signals before readline changes anything. */
static bool
hold_terminal(void)
{
	tty_foreground(STDIN_FILENO);
	if (tcgetattr(STDIN_FILENO, &now.before))
		return false;
	tty_guard(STDIN_FILENO, &now.before);
	return true;
}

static void
note_settings(void)
{
	if (tcgetattr(STDIN_FILENO, &now.during))
		now.gone = true;
}

static void
stop(void)
{
	rl_deprep_terminal();
	tty_guard(-1, NULL);
	tty_stop(STDIN_FILENO);
	now.gone = !hold_terminal();
	rl_reset_screen_size();
	rl_prep_terminal(1);
	note_settings();
}

static void
resume(void)
{
	tty_foreground(STDIN_FILENO);
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &now.during);
	rl_reset_screen_size();
}

/* Acts on what is not input, anywhere. */
static void
act(enum tty_event event)
{
	if (event == TTY_INTERRUPT)
		now.interrupted = true;
	else if (event == TTY_STOP)
		stop();
	else if (event == TTY_RESUME)
		resume();
}

/* readline asks for the bytes behind the first of a character, or for an answer of its own. */
static int
next_byte(FILE *file)
{
	unsigned char byte = '\0';
	enum tty_event event;
	enum rc rc;

	(void)file;
	while (!now.interrupted && !now.gone) {
		rc = tty_byte(&now.watch, STDIN_FILENO, &event, &byte);
		if (rc == RC_CANCELLED)
			break;
		if (rc)
			now.gone = true;
		else if (event == TTY_INPUT)
			return byte;
		else
			act(event);
	}
	return EOF;
}

static void
take_line(char *line)
{
	now.line = line;
	now.done = true;
	rl_callback_handler_remove();
}

static int
insert_preset(void)
{
	if (now.ask->preset)
		(void)rl_insert_text(now.ask->preset);
	return 0;
}

static void
step(void)
{
	enum tty_event event = tty_wait(&now.watch, STDIN_FILENO);

	if (event == TTY_INPUT) {
		rl_callback_read_char();
		return;
	}
	act(event);
	if (event == TTY_RESIZE)
		rl_resize_terminal();
	else if (event != TTY_INTERRUPT && !now.gone)
		(void)rl_forced_update_display();
}

/* Leaves a line that was not accepted, with the cursor behind it. */
static void
abandon(void)
{
	rl_callback_sigcleanup();
	rl_free_line_state();
	if (!now.gone) {
		rl_point = rl_end;
		rl_redisplay();
	}
	rl_callback_handler_remove();
}

static void
ask_line(const char *prompt)
{
	if (!hold_terminal()) {
		now.gone = true;
		return;
	}
	rl_startup_hook = insert_preset;
	rl_callback_handler_install(prompt, take_line);
	rl_startup_hook = NULL;
	note_settings();
	while (!now.done && !now.interrupted && !now.gone)
		step();
	if (!now.done)
		abandon();
	/* readline may have failed to. */
	tty_restore();
	tty_guard(-1, NULL);
}

/* Takes what was typed, or why it was not. */
static enum rc
take_answer(struct history *history, struct buf *answer)
{
	size_t size = now.line ? strlen(now.line) : 0;

	if (now.gone)
		return RC_IO;
	if (now.interrupted || !now.line)
		return RC_CANCELLED;
	if (size > ANSWER_MAX)
		return RC_LIMIT;
	if (now.ask->kind != LINE_LABEL && !(now.ask->help && strcmp(now.line, "?") == 0))
		history_put(history, now.line);
	buf_put(answer, span_text(now.line));
	return buf_rc(answer);
}

enum rc
line_edit_read(struct line_edit *edit, const struct line_ask *ask, struct buf *answer)
{
	struct buf prompt = BUF_INIT;
	enum rc rc;

	buf_printf(&prompt, "%s\n", ask->prompt);
	rc = buf_rc(&prompt);
	if (rc)
		return rc;
	now.ask = ask;
	now.line = NULL;
	now.done = false;
	now.interrupted = false;
	now.gone = false;
	tty_watch_start(&now.watch, true);
	history_load(&edit->histories[ask->kind]);
	rl_reset_screen_size();
	ask_line(buf_text(&prompt));
	rl_clear_history();
	tty_watch_end(&now.watch);
	rc = take_answer(&edit->histories[ask->kind], answer);
	if (now.line)
		forget_line(now.line);
	now.line = NULL;
	buf_release(&prompt);
	return rc;
}

enum rc
line_edit_new(struct line_edit **edit, FILE *file)
{
	*edit = calloc(1, sizeof(**edit));
	if (!*edit)
		return RC_NO_MEMORY;
	rl_readline_name = "kyman";
	rl_instream = stdin;
	rl_outstream = file;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_getc_function = next_byte;
	rl_attempted_completion_function = complete;
	rl_completion_display_matches_hook = show_candidates;
	/* Labels and file names may have blanks and quotes: a line is one word. */
	rl_completer_word_break_characters = "";
	rl_basic_word_break_characters = "";
	rl_basic_quote_characters = "";
	(void)rl_initialize();
	/* Whatever the user's own settings are. A pasted list of answers would arrive as one line;
	 * a name is UTF-8 in every locale; nobody else expands a tilde. */
	(void)rl_variable_bind("enable-bracketed-paste", "off");
	(void)rl_variable_bind("convert-meta", "off");
	(void)rl_variable_bind("input-meta", "on");
	(void)rl_variable_bind("output-meta", "on");
	(void)rl_variable_bind("expand-tilde", "on");
	return RC_OK;
}

void
line_edit_free(struct line_edit **edit)
{
	struct line_edit *old = *edit;

	if (!old)
		return;
	*edit = NULL;
	rl_clear_history();
	if (rl_line_buffer)
		explicit_bzero(rl_line_buffer, strlen(rl_line_buffer));
	for (size_t kind = 0; kind < LINE_KINDS; kind++) {
		for (size_t i = 0; i < old->histories[kind].count; i++)
			forget_line(old->histories[kind].lines[i]);
	}
	free(old);
}

#else

bool
line_edit_possible(void)
{
	return false;
}

enum rc
line_edit_new(struct line_edit **edit, FILE *file)
{
	(void)file;
	*edit = NULL;
	return RC_UNSUPPORTED;
}

void
line_edit_free(struct line_edit **edit)
{
	*edit = NULL;
}

enum rc
line_edit_read(struct line_edit *edit, const struct line_ask *ask, struct buf *answer)
{
	(void)edit;
	(void)ask;
	(void)answer;
	return RC_UNSUPPORTED;
}

#endif
