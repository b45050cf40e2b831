/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec/cms-parts.h"

enum probe
cms_probe(struct span head)
{
	static const unsigned char magic[] = { 0x37, 0x48 };

	return span_begins(head, SPAN_OF(magic, sizeof(magic))) ? PROBE_YES : PROBE_NO;
}

const struct codec codec_cms = {
	.name = "cms",
	.parts = { NULL, ".rdb" },
	.caps = CODEC_LABELS | CODEC_KEYS | CODEC_TRUST | CODEC_REQUESTS | CODEC_SEVERAL |
		CODEC_SECRETS,
	.probe = cms_probe,
	.load = cms_load,
	.save = cms_save,
};
