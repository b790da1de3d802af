using Foreman.Agent.Cli;
using Foreman.Hosting;

return await AgentCommandLine.RunAsync(args, ConsoleStreams.OfProcess());
