using Foreman.Agent.Cli;

return await AgentCommandLine.RunAsync(args, ConsoleStreams.OfProcess());
