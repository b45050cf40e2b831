/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec/intake.h"
#include "op/runner.h"

/* What an earlier operation of a transaction is to write is there for those behind it. */
static enum rc
read_file(void *self, const char *path, struct buf *out, struct err *err)
{
	const struct run *run = self;
	const struct transaction *together = run->session->together;
	enum rc rc = together ? transaction_read(together, path, out) : RC_NOT_FOUND;

	if (rc != RC_NOT_FOUND)
		return rc ? err_default(err, rc) : RC_OK;
	rc = fs_read(out, path, args_file_max(run->args, INTAKE_FILE_USUAL), NULL, err);
	if (rc == RC_LIMIT)
		(void)err_hint(err, "--max-file-size MIB raises it");
	return rc;
}

static enum rc
get_secret(void *self, enum param p, const char *file, struct secret **out, struct err *err)
{
	return run_secret(self, p, file, out, err);
}

static enum rc
put_new(void *self, struct err *err)
{
	struct run *run = self;
	enum rc rc = run_check_outputs(run, err);

	return rc ? rc : run_stage_outputs(run, err);
}

static void
tell_progress(void *self, size_t done, size_t all)
{
	const struct run *run = self;
	const struct meter *meter = run->session->meter;

	if (meter)
		meter->tell(meter->self, done, all);
}

void
run_services(struct run *run)
{
	run->services = (struct services){
		.read = read_file,
		.secret = get_secret,
		.put_new = put_new,
		.progress = tell_progress,
		.self = run,
	};
}
