/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions on /dev/tty by read(2) and write(2): stdio and readline keep copies of what is typed.
 */
#include "ui/ask.h"

#include "op/secret-source.h"
#include "ui/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { CONFIRM_MAX = 64, COLUMNS_MIN = 20, COLUMNS_USUAL = 80, COLUMNS_MAX = 500 };

void
ask_tty_restore(void)
{
	tty_restore();
}

unsigned
ask_tty_columns(int fd)
{
	struct winsize size;

	if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) || !size.ws_col)
		return COLUMNS_USUAL;
	if (size.ws_col < COLUMNS_MIN)
		return COLUMNS_MIN;
	return size.ws_col > COLUMNS_MAX ? COLUMNS_MAX : size.ws_col;
}

static bool
write_all(int fd, const char *text)
{
	size_t size = strlen(text);
	ssize_t done;

	while (size) {
		done = write(fd, text, size);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		text += done;
		size -= (size_t)done;
	}
	return true;
}

/* A question and what stands behind it. */
struct ask_prompt {
	int fd;
	const char *text;
	const char *end;
};

static void
show_prompt(void *self)
{
	const struct ask_prompt *prompt = self;

	/* Where this fails, reading does too, and says so. */
	if (write_all(prompt->fd, prompt->text))
		(void)write_all(prompt->fd, prompt->end);
}

static enum rc
ask_once(int fd, const char *text, struct secret **out, struct err *err)
{
	struct ask_prompt prompt = { fd, text, ": " };
	const struct tty_question question = { .fd = fd, .show = show_prompt, .self = &prompt };
	size_t size = 0;
	enum rc rc = secret_new(out, SECRET_LINE_MAX);

	if (rc)
		return err_default(err, rc);
	rc = tty_hidden(&question, *out, &size);
	(void)write_all(fd, "\n");
	if (!rc) {
		secret_cut(*out, size);
		return RC_OK;
	}
	secret_free(out);
	if (rc == RC_CANCELLED)
		return err_set(err, rc, "cancelled: no passphrase was typed");
	if (rc == RC_LIMIT)
		return err_set(err, RC_USAGE, "a passphrase has at most %d bytes", SECRET_LINE_MAX);
	return err_set(err, RC_NO_SECRET, "the terminal cannot be used");
}

static enum rc
ask_twice(int fd, const char *text, struct secret **out, struct err *err)
{
	struct secret *again = NULL;
	bool same;
	enum rc rc;

	for (int i = 0; i < ASK_TRIES; i++) {
		rc = ask_once(fd, text, out, err);
		if (rc)
			return rc;
		rc = ask_once(fd, "The same again", &again, err);
		same = !rc && secret_equal(*out, again);
		secret_free(&again);
		if (same)
			return RC_OK;
		secret_free(out);
		if (rc)
			return rc;
		(void)write_all(fd, "the passphrases differ\n");
	}
	return err_set(err, RC_NO_SECRET, "the passphrases differed %d times", ASK_TRIES);
}

static enum rc
ask_secret(void *self, const struct secret_question *question, struct secret **out, struct err *err)
{
	const struct ask_tty *tty = self;
	struct buf text = BUF_INIT;
	enum rc rc;

	buf_printf(&text, "%s (%s)", question->prompt, question->option);
	rc = err_default(err, buf_rc(&text));
	if (!rc && question->is_new)
		rc = ask_twice(tty->fd, buf_text(&text), out, err);
	else if (!rc)
		rc = ask_once(tty->fd, buf_text(&text), out, err);
	buf_release(&text);
	return rc;
}

static bool
is_yes(struct secret *answer, size_t size)
{
	const char *text = (const char *)secret_data(answer);

	return (size == 1 && (*text | 0x20) == 'y') ||
	       (size == 3 && strncasecmp(text, "yes", size) == 0);
}

static enum rc
ask_confirm(void *self, const char *text, bool *yes, struct err *err)
{
	const struct ask_tty *tty = self;
	struct ask_prompt prompt = { tty->fd, text, " [y/N] " };
	const struct tty_question question = { .fd = tty->fd,
					       .show = show_prompt,
					       .self = &prompt };
	struct secret *answer = NULL;
	size_t size = 0;
	enum rc rc = secret_new(&answer, CONFIRM_MAX);

	*yes = false;
	if (rc)
		return err_default(err, rc);
	rc = tty_line(&question, answer, &size);
	*yes = !rc && is_yes(answer, size);
	secret_free(&answer);
	if (!rc || rc == RC_LIMIT)
		return RC_OK;
	if (rc == RC_CANCELLED)
		return err_set(err, rc, "cancelled: the question was not answered");
	return err_set(err, RC_USAGE, "the terminal cannot be used");
}

const struct asker *
ask_tty_open(struct ask_tty *tty)
{
	tty->fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	tty->asker = (struct asker){ ask_secret, ask_confirm, tty };
	return tty->fd >= 0 ? &tty->asker : NULL;
}

void
ask_tty_close(struct ask_tty *tty)
{
	if (tty->fd >= 0)
		(void)close(tty->fd);
	tty->fd = -1;
}
