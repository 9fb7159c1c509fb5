/** For threads without the right to read hikae's files, that nobody tells their texts: they have them with their modules. @module */

import { EN } from "./en.ts";
import { giveEnglish } from "./given.ts";

giveEnglish(EN);
