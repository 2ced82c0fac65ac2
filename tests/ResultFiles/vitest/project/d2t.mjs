import Reporter from '@d2t/vitest-ctrf-json-reporter';

export default class extends Reporter {
  constructor() { super({ outputDir: 'd2t', outputFile: 'ctrf-report.json' }); }
}
