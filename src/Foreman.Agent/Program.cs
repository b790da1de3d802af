using Foreman.Agent.Cli;
using Foreman.Hosting;
using Foreman.Sandbox.Egress;
using Foreman.Sandbox.Landlock;

// Both run once per command of a task, before any parser of command lines is loaded.
return args switch
{
    ["cage", .. var rest] => CageProgram.Run(rest, Console.Error),
    ["forward", .. var rest] => await ForwardProgram.RunAsync(rest, Console.Error),
    _ => await AgentCommandLine.RunAsync(args, ConsoleStreams.OfProcess()),
};
