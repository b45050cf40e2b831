/* Asking on the terminal: passphrases with echo off, straight into a secret; confirmations. */
#ifndef UI_ASK_H
#define UI_ASK_H

#include "op/op.h"

struct ask_tty {
	struct asker asker;
	int fd;
};

enum { ASK_TRIES = 3 }; /* of a new passphrase, until both times agree */

/* Opens the controlling terminal. The asker, which lives as long as *tty, or NULL where there is no
 * terminal. */
const struct asker *ask_tty_open(struct ask_tty *tty);

/* Closes it; nothing when it is not open (fd -1). */
void ask_tty_close(struct ask_tty *tty);

/* Gives the terminal the settings back that it had before a question, whoever asks (ui/tty.h);
 * nothing between questions. Async-signal-safe: for the handlers of fatal signals. */
void ask_tty_restore(void);

/* How many columns the terminal of fd has, 20 to 500; 80 where it is none or does not tell. */
unsigned ask_tty_columns(int fd);

#endif
