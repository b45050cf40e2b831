/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words command that does what a job did: shown, and recorded for `kyman run`. */
#include "ui/menu.h"

#include "ui/command-text.h"

/* A word that a shell must not see cannot be in a record either: a line is a command. */
static void
record(FILE *file, struct buf *text)
{
	(void)fputs(buf_text(text), file);
	(void)fputc('\n', file);
	/* Whatever happens later, what was done is on record. */
	(void)fflush(file);
}

void
menu_tell_command(struct job_run *j)
{
	struct menu *m = j->menu;
	struct buf text = BUF_INIT;

	if (!m->show_commands && !m->record)
		return;
	if (command_text(&text, j->job->op, &j->args, NULL) || buf_rc(&text)) {
		menu_put(m, "(the command cannot be shown: out of memory)\n");
		buf_release(&text);
		return;
	}
	if (m->show_commands) {
		menu_put(m, "\nThe same by a command:\n  kyman ");
		out_buf(m->out, &text);
		menu_put(m, "\n");
	}
	if (m->record)
		record(m->record, &text);
	buf_release(&text);
}
