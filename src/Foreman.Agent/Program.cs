using Foreman.HostAgent.Cli;

return await AgentCommandLine.RunAsync(args, ConsoleStreams.OfProcess());
