using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Equipoise.Samples.Tests;

/// <summary>Packed libraries serve a project that knows nothing of this checkout.</summary>
public sealed class PackagesTests : IDisposable
{
    private static readonly string Native = $"runtimes/{RuntimeInformation.RuntimeIdentifier}/native/libequipoise_native.so";

    private static readonly string Configuration = typeof(PackagesTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheSamplesBuildAndRunFromPackagesAlone()
    {
        Dotnet(Repository.Root, "pack", "Equipoise.slnx", "--no-build", "-c", Configuration, "-o", _folder["packages"], "--disable-build-servers");
        Assert.Equal(
            ["Equipoise.0.1.0", "Equipoise.Data.0.1.0", "Equipoise.Formats.0.1.0", "Equipoise.Report.0.1.0", "Equipoise.Torch.0.1.0"],
            Directory.EnumerateFiles(_folder["packages"]).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));
        foreach (string package in Directory.EnumerateFiles(_folder["packages"])) CheckContent(package);

        string consumer = Path.Combine(_folder.Path, "consumer");
        WriteConsumer(consumer);
        Dotnet(consumer, "build", "-o", Path.Combine(consumer, "out"), "--disable-build-servers");
        Assert.True(File.Exists(Path.Combine(consumer, "out", Native)));
        string loss = Dotnet(consumer, Path.Combine("out", "consumer.dll"), "own-loop");
        Assert.Equal($"loss by epoch: {string.Join(", ", OwnLoop.Train(epochs: 5, seed: 0).Select(value => $"{value:0.000}"))}", loss.Trim());
        Assert.StartsWith("mmpareto: ", Dotnet(consumer, Path.Combine("out", "consumer.dll"), "arrays"), StringComparison.Ordinal);
    }

    private static void CheckContent(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        string[] entries = [.. archive.Entries.Select(entry => entry.FullName)];
        string name = Path.GetFileNameWithoutExtension(package).Replace(".0.1.0", "", StringComparison.Ordinal);
        Assert.Contains($"lib/net10.0/{name}.dll", entries);
        Assert.Contains($"lib/net10.0/{name}.xml", entries);
        Assert.Contains("README.md", entries);
        Assert.Equal(name == "Equipoise.Torch", entries.Contains(Native));
    }

    /// <summary>The samples' own sources, with the package in place of the project; what it needs of others was restored for this checkout.</summary>
    private void WriteConsumer(string consumer)
    {
        Directory.CreateDirectory(consumer);
        foreach (string source in Directory.EnumerateFiles(Repository.Path("samples/Equipoise.Samples"), "*.cs")) File.Copy(source, Path.Combine(consumer, Path.GetFileName(source)));
        File.WriteAllText(Path.Combine(consumer, "consumer.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <InvariantGlobalization>true</InvariantGlobalization>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Equipoise" Version="0.1.0" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(consumer, "nuget.config"), $"""
            <configuration>
              <config>
                <add key="globalPackagesFolder" value="{Path.Combine(consumer, "restored")}" />
              </config>
              <packageSources>
                <clear />
                <add key="packed" value="{_folder["packages"]}" />
                <add key="restored" value="{RestoredPackages()}" />
              </packageSources>
            </configuration>
            """);
    }

    private static string RestoredPackages() =>
        JsonNode.Parse(File.ReadAllText(Repository.Path("artifacts/obj/Equipoise.Data/project.assets.json")))!["packageFolders"]!.AsObject().First().Key;

    /// <summary>Runs <c>dotnet</c> in a folder and returns what it printed; the environment keeps no package folder of another restore.</summary>
    private static string Dotnet(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("NUGET_PACKAGES");
        start.Environment.Remove("EQUI_NATIVE_PATH");
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}{error.Result}");
    }
}
