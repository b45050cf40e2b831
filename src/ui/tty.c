/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tty.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

/* The signal of each event but TTY_INPUT, in order. */
static const int signals[TTY_SIGNALS] = { SIGINT, SIGTSTP, SIGCONT, SIGWINCH };

/* What signal handlers set and need. */
static volatile sig_atomic_t seen[TTY_SIGNALS];
static volatile sig_atomic_t guard_fd = -1;
static struct termios guard_before;

void
tty_guard(int fd, const struct termios *before)
{
	guard_fd = -1;
	atomic_signal_fence(memory_order_seq_cst);
	if (fd < 0)
		return;
	guard_before = *before;
	atomic_signal_fence(memory_order_seq_cst);
	guard_fd = fd;
}

void
tty_restore(void)
{
	int fd = guard_fd;

	if (fd >= 0)
		(void)tcsetattr(fd, TCSANOW, &guard_before);
}

static void
on_signal(int number)
{
	for (size_t i = 0; i < TTY_SIGNALS; i++) {
		if (signals[i] == number)
			seen[i] = 1;
	}
}

/* Only what asks to end or to stop can be meant to be ignored. */
static bool
is_taken(int number, bool interrupts, const struct sigaction *before)
{
	if (number == SIGINT && !interrupts)
		return false;
	return (number != SIGINT && number != SIGTSTP) || before->sa_handler != SIG_IGN;
}

void
tty_watch_start(struct tty_watch *watch, bool interrupts)
{
	struct sigaction ours = { .sa_handler = on_signal };

	(void)sigfillset(&ours.sa_mask);
	(void)sigemptyset(&watch->taken);
	for (size_t i = 0; i < TTY_SIGNALS; i++) {
		seen[i] = 0;
		if (!sigaction(signals[i], NULL, &watch->before[i]) &&
		    is_taken(signals[i], interrupts, &watch->before[i]))
			(void)sigaddset(&watch->taken, signals[i]);
	}
	/* Between two waits they are blocked: none is missed, none comes while readline works. */
	(void)sigprocmask(SIG_BLOCK, &watch->taken, &watch->mask);
	for (size_t i = 0; i < TTY_SIGNALS; i++) {
		if (sigismember(&watch->taken, signals[i]) == 1)
			(void)sigaction(signals[i], &ours, NULL);
	}
}

void
tty_watch_end(const struct tty_watch *watch)
{
	for (size_t i = 0; i < TTY_SIGNALS; i++) {
		if (sigismember(&watch->taken, signals[i]) == 1)
			(void)sigaction(signals[i], &watch->before[i], NULL);
	}
	(void)sigprocmask(SIG_SETMASK, &watch->mask, NULL);
}

/* Takes the first of the signals that came. */
static bool
take_signal(enum tty_event *event)
{
	for (size_t i = 0; i < TTY_SIGNALS; i++) {
		if (!seen[i])
			continue;
		seen[i] = 0;
		*event = (enum tty_event)(i + 1);
		return true;
	}
	return false;
}

enum tty_event
tty_wait(const struct tty_watch *watch, int fd)
{
	struct pollfd input = { .fd = fd, .events = POLLIN };
	enum tty_event event = TTY_INPUT;
	sigset_t mask = watch->mask;

	for (size_t i = 0; i < TTY_SIGNALS; i++) {
		if (sigismember(&watch->taken, signals[i]) == 1)
			(void)sigdelset(&mask, signals[i]);
	}
	while (!take_signal(&event)) {
		/* Whatever else is wrong, reading tells. */
		if (ppoll(&input, 1, NULL, &mask) >= 0 || errno != EINTR)
			break;
	}
	return event;
}

enum rc
tty_byte(const struct tty_watch *watch, int fd, enum tty_event *event, unsigned char *byte)
{
	ssize_t got;

	do {
		*event = tty_wait(watch, fd);
		if (*event != TTY_INPUT)
			return RC_OK;
		got = read(fd, byte, 1);
	} while (got < 0 && (errno == EINTR || errno == EAGAIN));
	if (got == 1)
		return RC_OK;
	/* A terminal that was hung up reads as ended, too, but has no settings any more. */
	return got == 0 && isatty(fd) ? RC_CANCELLED : RC_IO;
}

void
tty_foreground(int fd)
{
	pid_t group = tcgetpgrp(fd);

	/* The settings of now would be the shell's own. */
	if (group > 0 && group != getpgrp())
		(void)raise(SIGTTIN);
}

void
tty_stop(int fd)
{
	const struct timespec now = { 0 };
	struct sigaction plain = { .sa_handler = SIG_DFL };
	struct sigaction ours;
	sigset_t stop;
	sigset_t resume;

	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, SIGTSTP);
	(void)sigemptyset(&resume);
	(void)sigaddset(&resume, SIGCONT);
	(void)sigaction(SIGTSTP, &plain, &ours);
	(void)raise(SIGTSTP);
	(void)sigprocmask(SIG_UNBLOCK, &stop, NULL);
	/* Here it stops, and goes on. */
	(void)sigprocmask(SIG_BLOCK, &stop, NULL);
	(void)sigaction(SIGTSTP, &ours, NULL);
	tty_foreground(fd);
	/* The caller knows that it goes on. */
	(void)sigtimedwait(&resume, NULL, &now);
}

/* A line as it grows. */
struct typing {
	const struct tty_question *question;
	struct tty_watch watch;
	unsigned char *data;
	size_t room;
	size_t size;
	bool over; /* more was typed than there is room for */
	struct termios before;
	struct termios hidden;
};

static void
typing_clear(struct typing *typing)
{
	explicit_bzero(typing->data, typing->size);
	typing->size = 0;
	typing->over = false;
}

static void
typing_add(struct typing *typing, unsigned char byte)
{
	if (typing->size == typing->room)
		typing->over = true;
	else
		typing->data[typing->size++] = byte;
}

static void
typing_start(struct typing *typing, const struct tty_question *question, struct secret *line)
{
	typing->question = question;
	typing->data = secret_data(line);
	typing->room = secret_size(line);
	typing->size = 0;
	typing->over = false;
	tty_watch_start(&typing->watch, question->interrupts);
}

static enum rc
typing_end(const struct typing *typing, enum rc rc, size_t *size)
{
	tty_watch_end(&typing->watch);
	*size = rc ? 0 : typing->size;
	return !rc && typing->over ? RC_LIMIT : rc;
}

enum rc
tty_line(const struct tty_question *question, struct secret *line, size_t *size)
{
	unsigned char byte = '\0';
	enum tty_event event;
	struct typing typing;
	enum rc rc;

	typing_start(&typing, question, line);
	tty_foreground(question->fd);
	question->show(question->self);
	do {
		rc = tty_byte(&typing.watch, question->fd, &event, &byte);
		if (rc == RC_CANCELLED && typing.size) {
			rc = RC_OK;
			break;
		}
		if (event == TTY_INTERRUPT)
			rc = RC_CANCELLED;
		if (event == TTY_STOP)
			tty_stop(question->fd);
		if (event == TTY_STOP || event == TTY_RESUME) {
			typing_clear(&typing);
			question->show(question->self);
		}
		if (!rc && event == TTY_INPUT && byte != '\n')
			typing_add(&typing, byte);
	} while (!rc && !(event == TTY_INPUT && byte == '\n'));
	return typing_end(&typing, rc, size);
}

/* Lines are edited here, not by the terminal: it knows only 4095 bytes, and would hand out as one
 * line what was typed ahead while readline had it. */
static enum rc
echo_off(struct typing *typing)
{
	int fd = typing->question->fd;

	tty_foreground(fd);
	if (tcgetattr(fd, &typing->before))
		return RC_IO;
	typing->hidden = typing->before;
	typing->hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL | ICANON);
	typing->hidden.c_lflag |= ISIG;
	typing->hidden.c_cc[VMIN] = 1;
	typing->hidden.c_cc[VTIME] = 0;
	tty_guard(fd, &typing->before);
	return tcsetattr(fd, TCSADRAIN, &typing->hidden) ? RC_IO : RC_OK;
}

static bool
is_key(const struct typing *typing, size_t key, unsigned char byte)
{
	return byte != _POSIX_VDISABLE && typing->before.c_cc[key] == byte;
}

static void
erase_character(struct typing *typing)
{
	if (typing->before.c_iflag & IUTF8) {
		while (typing->size && (typing->data[typing->size - 1] & 0xC0) == 0x80)
			typing->size--;
	}
	if (typing->size)
		typing->size--;
}

static void
erase_word(struct typing *typing)
{
	while (typing->size && typing->data[typing->size - 1] == ' ')
		typing->size--;
	while (typing->size && typing->data[typing->size - 1] != ' ')
		typing->size--;
}

/* What the terminal does with a key when it edits lines. */
static void
edit_byte(struct typing *typing, unsigned char byte)
{
	if (is_key(typing, VERASE, byte) || byte == 0x7F || byte == '\b')
		erase_character(typing);
	else if (is_key(typing, VWERASE, byte))
		erase_word(typing);
	else if (is_key(typing, VKILL, byte))
		typing_clear(typing);
	else if (!is_key(typing, VEOF, byte))
		typing_add(typing, byte);
}

/* Acts on an event that is not input. */
static enum rc
hidden_event(struct typing *typing, enum tty_event event)
{
	enum rc rc = RC_OK;

	if (event == TTY_INTERRUPT)
		return RC_CANCELLED;
	if (event == TTY_RESIZE)
		return RC_OK;
	typing_clear(typing);
	if (event == TTY_STOP) {
		tty_restore();
		tty_stop(typing->question->fd);
		rc = echo_off(typing);
	} else {
		tty_foreground(typing->question->fd);
		(void)tcsetattr(typing->question->fd, TCSADRAIN, &typing->hidden);
	}
	typing->question->show(typing->question->self);
	return rc;
}

/* Carriage returns are what was typed ahead while readline had the terminal. */
static enum rc
hidden_line(struct typing *typing)
{
	unsigned char byte = '\0';
	enum tty_event event;
	enum rc rc;

	for (;;) {
		rc = tty_byte(&typing->watch, typing->question->fd, &event, &byte);
		if (!rc && event != TTY_INPUT)
			rc = hidden_event(typing, event);
		if (rc)
			return rc;
		if (event != TTY_INPUT)
			continue;
		if (byte == '\n' || byte == '\r')
			return RC_OK;
		if (is_key(typing, VEOF, byte) && !typing->size && !typing->over)
			return RC_CANCELLED;
		edit_byte(typing, byte);
	}
}

enum rc
tty_hidden(const struct tty_question *question, struct secret *line, size_t *size)
{
	struct typing typing;
	enum rc rc;

	typing_start(&typing, question, line);
	rc = echo_off(&typing);
	if (!rc) {
		question->show(question->self);
		rc = hidden_line(&typing);
	}
	tty_restore();
	tty_guard(-1, NULL);
	return typing_end(&typing, rc, size);
}
