/** Ends a test run with one plain line that any machine can read: `N passed, N failed`. */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    const suitesThatDidNotRun = results.testResults.filter((r) => r.testExecError).length;
    // Jest prints its own summary on stderr after this hook: wait for the process to be done with it.
    process.on('exit', () => {
      process.stdout.write(
        `${results.numPassedTests} passed, ${results.numFailedTests + suitesThatDidNotRun} failed\n`,
      );
    });
  }
}
