/* Questions on a terminal by read(2), a byte at a time: what was typed ahead stays with the
 * terminal, in whatever mode the next question reads it. Signals are events, handled where nothing
 * is half done. One question at a time in a process. */
#ifndef UI_TTY_H
#define UI_TTY_H

#include "base/secret.h"

#include <signal.h>
#include <termios.h>

enum tty_event {
	TTY_INPUT,     /* there is something to read, or nothing more */
	TTY_INTERRUPT, /* ^C, where the watch takes it */
	TTY_STOP,      /* ^Z: the caller gives the settings back and calls tty_stop */
	TTY_RESUME, /* goes on after a stop that nobody can catch: settings are to be made anew */
	TTY_RESIZE,
};

enum { TTY_SIGNALS = 4 };

/* The signals that are events while a question waits, and what they did before. */
struct tty_watch {
	sigset_t mask;
	sigset_t taken;
	struct sigaction before[TTY_SIGNALS];
};

/* From here to tty_watch_end signals are events. SIGINT only where interrupts is set; what is
 * ignored (nohup) stays ignored. */
void tty_watch_start(struct tty_watch *watch, bool interrupts);

/* Signals do again what they did. */
void tty_watch_end(const struct tty_watch *watch);

/* Waits for the next event. */
enum tty_event tty_wait(const struct tty_watch *watch, int fd);

/* Waits for the next event; *byte is what was read where that is TTY_INPUT. RC_CANCELLED at end of
 * input that was typed, RC_IO when the terminal is gone. */
NODISCARD enum rc tty_byte(const struct tty_watch *watch, int fd, enum tty_event *event,
			   unsigned char *byte);

/* Stops the process as SIGTSTP does, and returns when it goes on and has its terminal again. */
void tty_stop(int fd);

/* Returns when the terminal is this process's to change: stops it in the background. */
void tty_foreground(int fd);

/* Keeps a copy of settings for tty_restore, until fd is -1 (then before may be NULL). */
void tty_guard(int fd, const struct termios *before);

/* Gives the guarded terminal its settings back; nothing when none is. Async-signal-safe. */
void tty_restore(void);

struct tty_question {
	int fd;
	bool interrupts;          /* ^C cancels the question, instead of doing what it else does */
	void (*show)(void *self); /* prints the prompt: at first, and again after a stop */
	void *self;
};

/* Reads a line without its line feed into line, which is as long as the longest; *size is what it
 * has. RC_CANCELLED for ^C, ^D on an empty line; RC_LIMIT for a longer one, all of which is
 * skipped; RC_IO when the terminal is gone. */
NODISCARD enum rc tty_line(const struct tty_question *question, struct secret *line, size_t *size);

/* The same with echo off, and on again whatever happens. Prints nothing: the cursor is still behind
 * the prompt. */
NODISCARD enum rc tty_hidden(const struct tty_question *question, struct secret *line,
			     size_t *size);

#endif
