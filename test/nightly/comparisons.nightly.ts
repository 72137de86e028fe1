import { testComparisons } from '../support/comparisons.ts';

testComparisons(540);
