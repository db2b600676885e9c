// Command tickmark runs a service organization's SOC programme as data.
package main

import (
	"os"
	_ "time/tzdata" // periods are in the engagement's time zone, on any machine

	"tickmark/internal/cli"
)

func main() { os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
