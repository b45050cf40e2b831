/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words command that does what a job did: shown, and recorded for `kyman run`. */
#include "ui/menu.h"

#include "base/text.h"
#include "ui/command-text.h"

#include <string.h>

/* A line is a command: what has a line feed in it, a folder's name, cannot be one. */
static void
record(struct menu *m, struct buf *text)
{
	if (memchr(text->data, '\n', text->size)) {
		menu_put(m, "(not recorded: there is a line feed in it)\n");
		return;
	}
	(void)fputs(buf_text(text), m->record);
	(void)fputc('\n', m->record);
	/* Whatever happens later, what was done is on record. */
	(void)fflush(m->record);
}

/* To be copied, unless it would do something to the terminal. */
static void
show(struct menu *m, const struct buf *text)
{
	menu_put(m, "\nThe same by a command:\n  kyman ");
	if (text_is_safe(buf_span(text)))
		out_buf(m->out, text);
	else
		out_escaped(m->out, buf_span(text));
	menu_put(m, "\n");
}

void
menu_tell_command(struct job_run *j)
{
	struct menu *m = j->menu;
	struct buf text = BUF_INIT;

	if (!m->show_commands && !m->record)
		return;
	if (command_text(&text, j->job->op, &j->args, NULL)) {
		menu_put(m, "(the command cannot be shown: out of memory)\n");
		buf_release(&text);
		return;
	}
	if (m->show_commands)
		show(m, &text);
	if (m->record)
		record(m, &text);
	buf_release(&text);
}
