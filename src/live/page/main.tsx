import { render } from 'preact';
import type { Embedded } from '../protocol.ts';
import { embeddedSource } from './embedded-source.ts';
import { Frame } from './frame.tsx';
import { listenToKeys } from './keys.ts';
import { beginIn } from './language.ts';
import { follow } from './runs.ts';
import { servedSource } from './served-source.ts';

/* The page as it starts: its data stand as JSON in #embedded, it fills #app. */

const embedded = JSON.parse(document.getElementById('embedded')!.textContent) as Embedded;
beginIn(embedded.language);
follow(embedded.runs.length > 0 ? embeddedSource(embedded) : servedSource());
render(<Frame />, document.getElementById('app')!);
listenToKeys();
