using Foreman.Hosting;
using Foreman.Operator.Cli;

return await OperatorCommandLine.RunAsync(args, ConsoleStreams.OfProcess());
