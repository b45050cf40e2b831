/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec/intake.h"
#include "op/runner.h"

static enum rc
read_file(void *self, const char *path, struct buf *out, struct err *err)
{
	(void)self; /* files are the same for every run */
	return fs_read(out, path, INTAKE_FILE_MAX, NULL, err);
}

static enum rc
get_secret(void *self, enum param p, const char *file, struct secret **out, struct err *err)
{
	return run_secret(self, p, file, out, err);
}

void
run_services(struct run *run)
{
	run->services = (struct services){
		.read = read_file,
		.secret = get_secret,
		.self = run,
	};
}
