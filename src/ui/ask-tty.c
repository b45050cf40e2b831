/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions on /dev/tty by read(2) and write(2): stdio and readline keep copies of what is typed.
 */
#include "ui/ask.h"

#include "op/secret-source.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { ANSWER_MAX = 64 };

/* What signal handlers need: the terminal whose echo is off, how it was, how it is meanwhile. */
static volatile sig_atomic_t echo_fd = -1;
static struct termios echo_before;
static struct termios echo_off;

void
ask_tty_restore(void)
{
	int fd = echo_fd;

	if (fd >= 0)
		(void)tcsetattr(fd, TCSANOW, &echo_before);
}

/* While the program is stopped the shell has its terminal as it was. */
static void
on_stop(int number)
{
	int saved = errno;
	struct sigaction ours;
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t stop;

	ask_tty_restore();
	(void)sigaction(number, &plain, &ours);
	(void)raise(number);
	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, number);
	(void)sigprocmask(SIG_UNBLOCK, &stop, NULL);
	/* Here it stops, and goes on. */
	(void)sigprocmask(SIG_BLOCK, &stop, NULL);
	(void)sigaction(number, &ours, NULL);
	if (echo_fd >= 0)
		(void)tcsetattr(echo_fd, TCSANOW, &echo_off);
	errno = saved;
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

/* One line without its end into data. RC_CANCELLED at end of input, RC_LIMIT when it is longer. */
static enum rc
read_line(int fd, unsigned char *data, size_t room, size_t *size)
{
	ssize_t got;

	*size = 0;
	for (;;) {
		if (*size == room) {
			(void)tcflush(fd, TCIFLUSH);
			return RC_LIMIT;
		}
		got = read(fd, data + *size, room - *size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return RC_IO;
		if (got == 0)
			return RC_CANCELLED;
		*size += (size_t)got;
		if (data[*size - 1] == '\n') {
			(*size)--;
			return RC_OK;
		}
	}
}

/* With echo off, from here until it is on again, whatever happens. */
static enum rc
read_hidden(int fd, struct secret *secret, size_t *size)
{
	struct sigaction stop = { .sa_handler = on_stop, .sa_flags = SA_RESTART };
	struct sigaction before;
	enum rc rc;

	if (tcgetattr(fd, &echo_before))
		return RC_IO;
	echo_off = echo_before;
	echo_off.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
	echo_off.c_lflag |= ICANON | ISIG | ECHONL;
	(void)sigaction(SIGTSTP, NULL, &before);
	if (before.sa_handler != SIG_IGN)
		(void)sigaction(SIGTSTP, &stop, NULL);
	echo_fd = fd;
	if (tcsetattr(fd, TCSADRAIN, &echo_off))
		rc = RC_IO;
	else
		rc = read_line(fd, secret_data(secret), secret_size(secret), size);
	ask_tty_restore();
	echo_fd = -1;
	(void)sigaction(SIGTSTP, &before, NULL);
	return rc;
}

static enum rc
ask_once(int fd, const char *prompt, struct secret **out, struct err *err)
{
	size_t size = 0;
	enum rc rc = secret_new(out, SECRET_LINE_MAX + 2);

	if (rc)
		return err_default(err, rc);
	if (!write_all(fd, prompt) || !write_all(fd, ": "))
		rc = RC_IO;
	else
		rc = read_hidden(fd, *out, &size);
	if (!rc) {
		secret_cut(*out, size);
		return RC_OK;
	}
	secret_free(out);
	if (rc == RC_CANCELLED) {
		(void)write_all(fd, "\n");
		return err_set(err, rc, "cancelled: no passphrase was typed");
	}
	if (rc == RC_LIMIT)
		return err_set(err, RC_USAGE, "a passphrase has at most %d bytes", SECRET_LINE_MAX);
	return err_set(err, RC_NO_SECRET, "the terminal cannot be used");
}

static enum rc
ask_secret(void *self, const char *prompt, bool is_new, struct secret **out, struct err *err)
{
	const struct ask_tty *tty = self;
	struct secret *again = NULL;
	bool same;
	enum rc rc;

	for (int i = 0; i < ASK_TRIES; i++) {
		rc = ask_once(tty->fd, prompt, out, err);
		if (rc || !is_new)
			return rc;
		rc = ask_once(tty->fd, "The same again", &again, err);
		same = !rc && secret_equal(*out, again);
		secret_free(&again);
		if (same)
			return RC_OK;
		secret_free(out);
		if (rc)
			return rc;
		(void)write_all(tty->fd, "the passphrases differ\n");
	}
	return err_set(err, RC_NO_SECRET, "the passphrases differed %d times", ASK_TRIES);
}

static enum rc
ask_confirm(void *self, const char *question, bool *yes, struct err *err)
{
	const struct ask_tty *tty = self;
	unsigned char answer[ANSWER_MAX];
	size_t size = 0;
	enum rc rc;

	*yes = false;
	if (!write_all(tty->fd, question) || !write_all(tty->fd, " [y/N] "))
		return err_set(err, RC_USAGE, "the terminal cannot be used");
	rc = read_line(tty->fd, answer, sizeof(answer), &size);
	if (rc == RC_CANCELLED)
		return err_set(err, rc, "cancelled: the question was not answered");
	if (rc && rc != RC_LIMIT)
		return err_set(err, RC_USAGE, "the terminal cannot be used");
	*yes = !rc && ((size == 1 && (answer[0] | 0x20) == 'y') ||
		       (size == 3 && strncasecmp((const char *)answer, "yes", 3) == 0));
	return RC_OK;
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
