using System.CommandLine;
using Equipoise.Report;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise report</c>: pictures of a run or a comparison.</summary>
internal static class ReportCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string> folder = new("RUN-or-BENCH") { Description = "The folder of a run, a bench or a demo" };
        Option<string> output = CommonOptions.Out("The page to write");
        Command command = new("report", """
            Writes one self-contained page with tables and curves, from the logs alone.

            Example:
              equipoise report runs/mine --out report.html
            """) { folder, output };
        command.SetAction(parse =>
        {
            HtmlReport.Write(parse.GetValue(folder)!, parse.GetValue(output)!);
            context.Output.WriteLine(parse.GetValue(output));
            return ExitCode.Done;
        });
        return command;
    }
}
