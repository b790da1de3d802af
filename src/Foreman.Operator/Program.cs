using Foreman.Operator.Cli;

return await OperatorCommandLine.RunAsync(args, OperatorConsole.OfProcess());
